using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>One server-sent event; OpenAI's chat names none of its own, the others name all.</summary>
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
        var isFirst = true;
        foreach (var item in events)
        {
            if (!isFirst)
                await Task.Delay(knobs.ChunkDelay, clock, http.RequestAborted);
            isFirst = false;
            await http.Response.Body.WriteAsync(Frame(item), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static byte[] Frame(StreamEvent item)
    {
        var start = item.Name is null ? "data: " : $"event: {item.Name}\ndata: ";
        return [.. Encoding.UTF8.GetBytes(start), .. item.Data.Span, .. "\n\n"u8];
    }
}
