using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>The calls of these tests, and what the provider answers.</summary>
public sealed partial class RepeatedKeyTests
{
    private static Task<Exception> AssertBreaksOffAsync(GatewayUser user, string body) =>
        Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var answer = await SendAsync(user, body);
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        });

    private static async Task<Received> AskAsync(GatewayUser user, PlannedAnswer planned)
    {
        // A key that was refused would not be used again.
        (await user.Api.PutAsync("/api/keys/openai", new { apiKey = Key })).Is(HttpStatusCode.OK);
        user.Emulator.Knobs.AnswerNext(planned);
        using var answer = await SendAsync(user);
        return new Received(
            answer.StatusCode,
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            $"{answer.ReasonPhrase}\n{answer.Headers}{answer.Content.Headers}",
            string.Join(',', answer.Content.Headers.ContentEncoding),
            answer.Content.Headers.NonValidated.Contains("Content-Length") ? answer.Content.Headers.ContentLength : null
        );
    }

    private static Task<HttpResponseMessage> SendAsync(GatewayUser user, string body = Body) =>
        user.SendAsync(Path["/api/gateway/".Length..], body, [("Accept-Encoding", "gzip")]);

    private static PlannedAnswer Pack(string text, int status, int pieceSize = int.MaxValue) =>
        Pack(AnswerSample.Pack(Bytes(text)), status, pieceSize);

    private static PlannedAnswer Pack(byte[] packed, int status, int pieceSize = int.MaxValue) =>
        Plan(packed, status, "gzip", pieceSize);

    private static PlannedAnswer Plan(string text, int status, string? encoding = null, bool statesLength = false) =>
        Plan(Bytes(text), status, encoding, statesLength: statesLength);

    private static PlannedAnswer Plan(
        byte[] bytes,
        int status,
        string? encoding = null,
        int pieceSize = int.MaxValue,
        bool statesLength = false
    ) =>
        new()
        {
            Status = status,
            StatesLength = statesLength,
            Headers = encoding is null ? [] : new Dictionary<string, string> { ["content-encoding"] = encoding },
            Body = bytes.Chunk(pieceSize).Select(piece => new ReadOnlyMemory<byte>(piece)).ToAsyncEnumerable(),
        };

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <param name="Head">The reason phrase and the headers.</param>
    private sealed record Received(HttpStatusCode Status, byte[] Bytes, string Head, string Encoding, long? Length)
    {
        public string Text => System.Text.Encoding.UTF8.GetString(Bytes);

        public string All => Head + Text;
    }
}
