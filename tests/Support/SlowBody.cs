using System.Net;

namespace MyCoach.Tests.Support;

/// <summary>Sends its first bytes at once, and the others on Go.</summary>
public sealed class SlowBody : HttpContent
{
    private readonly byte[] bytes;
    private readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlowBody(string text)
    {
        bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Headers.ContentType = new("application/json");
    }

    /// <summary>Ends when the first bytes are sent.</summary>
    public Task Began => began.Task;

    public void Go() => go.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(bytes.AsMemory(0, 10));
        await stream.FlushAsync();
        began.SetResult();
        await go.Task;
        await stream.WriteAsync(bytes.AsMemory(10));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }

    /// <summary>Calls a model with this body.</summary>
    /// <param name="token">The text of a token to call with; null calls as the user.</param>
    public async Task<HttpResponseMessage> SendAsync(GatewayUser user, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway/{CappedCall.Path}")
        {
            Content = this,
        };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }
        return await user.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
