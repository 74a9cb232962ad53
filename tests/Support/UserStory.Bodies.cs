using System.Net;
using System.Text;

namespace MyCoach.Tests.Support;

/// <summary>The largest bodies that pass, and larger ones.</summary>
public sealed partial class UserStory
{
    private async Task SendLargeBodiesAsync()
    {
        (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":null}""")).Is(HttpStatusCode.OK);
        var (empty, most) = (Message(), 32 * 1024 * 1024);
        var largest = empty.Insert(
            empty.IndexOf("Hello", StringComparison.Ordinal),
            new string('x', most - empty.Length)
        );
        (await ann.PostAsync(Messages, largest)).Is(HttpStatusCode.OK);
        Assert.InRange(emulator.Calls.Last().Body.Length, most, most + 100);
        (await ann.PostAsync(Messages, largest + " ")).IsRefusal(413, "payload_too_large");
        (await ann.PutAsync("/api/agents/coach", new string('x', 2 * 1024 * 1024))).IsProblem(413, "payload_too_large");
        foreach (var (path, length) in ((string, int)[])[(Messages, most + 1), ("/api/usage", 2 * 1024 * 1024)])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StreamContent(new Endless(length)),
            };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = true;
            using var answer = await ann.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
    }

    /// <summary>So many bytes, without a stated length.</summary>
    private sealed class Endless(long length) : MemoryStream(Encoding.ASCII.GetBytes(new string(' ', (int)length)))
    {
        public override bool CanSeek => false;
    }
}
