using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A server-sent event. OpenAI's chat events have no name; all other events do.</summary>
internal readonly record struct StreamEvent(string? Name, ReadOnlyMemory<byte> Data)
{
    public static readonly StreamEvent Done = new(null, "[DONE]"u8.ToArray());

    public static StreamEvent Unnamed(JsonObject data) => new(null, WireJson.Bytes(data));

    public static StreamEvent Named(JsonObject data) => new(data["type"]!.GetValue<string>(), WireJson.Bytes(data));
}

internal static class EventStream
{
    public static async Task WriteAsync(HttpContext http, IEnumerable<StreamEvent> events, EmulatorKnobs knobs, TimeProvider clock)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-cache";
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var cut = knobs.TakeCut();
        var sent = 0;
        foreach (var item in cut is { } count ? events.Take(count) : events)
        {
            if (sent++ > 0)
                await Task.Delay(knobs.ChunkDelay, clock, http.RequestAborted);
            await http.Response.Body.WriteAsync(Frame(item), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        if (sent == cut)
            await BrokenConnection.ResetAsync(http);
    }

    private static byte[] Frame(StreamEvent item)
    {
        var start = item.Name is null ? "data: " : $"event: {item.Name}\ndata: ";
        return [.. Encoding.UTF8.GetBytes(start), .. item.Data.Span, .. "\n\n"u8];
    }
}
