using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

internal static class WireJson
{
    // The providers send unescaped UTF-8. The \u escapes of the default encoder would hide every bug with multi-byte characters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Bytes(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            node.WriteTo(writer);
        return buffer.WrittenMemory;
    }

    public static async Task WriteAsync(HttpContext http, int status, JsonNode node)
    {
        var bytes = Bytes(node);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        // The compressed length is not known yet.
        http.Response.ContentLength = GzipBody.IsCompressed(http.Response) ? null : bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}

internal static class WireId
{
    public static string New(string prefix) => prefix + Guid.NewGuid().ToString("N");
}
