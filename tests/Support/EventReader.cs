using System.Text;

namespace MyCoach.Tests.Support;

/// <summary>Reads a stream's events as a caller gets them, byte for byte.</summary>
public sealed class EventReader(Stream stream) : IDisposable
{
    private readonly List<byte> unread = [];

    public static async Task<EventReader> OfAsync(HttpResponseMessage answer) =>
        new(await answer.Content.ReadAsStreamAsync());

    /// <summary>The next event with the empty line that ends it; null where the stream ended.</summary>
    public async Task<string?> ReadAsync()
    {
        var buffer = new byte[4096];
        while (Complete() is var end && end < 0)
        {
            var length = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (length == 0)
            {
                return unread.Count == 0 ? null : Take(unread.Count);
            }
            unread.AddRange(buffer.AsSpan(0, length));
        }
        return Take(Complete());
    }

    /// <summary>As a provider sends them: each with the empty line that ends it.</summary>
    public static IReadOnlyList<string> Split(string stream) =>
        [.. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(text => text + "\n\n")];

    public void Dispose() => stream.Dispose();

    private int Complete() =>
        Encoding.Latin1.GetString([.. unread]).IndexOf("\n\n", StringComparison.Ordinal) is var at and >= 0
            ? at + 2
            : -1;

    private string Take(int count)
    {
        var text = Encoding.UTF8.GetString([.. unread[..count]]);
        unread.RemoveRange(0, count);
        return text;
    }
}
