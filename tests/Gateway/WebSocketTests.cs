using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MyCoach.Dev.Emulator;
using MyCoach.Gateway;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>A client that opens a WebSocket learns at once that it has to use HTTP.</summary>
public sealed class WebSocketTests(LocalParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("openai/v1/responses")]
    [InlineData("openai/v1/models")]
    [InlineData("openai/v1/responses/resp_1")]
    [InlineData("openai/v1/realtime")]
    [InlineData("anthropic/v1/messages")]
    [InlineData("anthropic/v1/models")]
    public async Task A_handshake_gets_426_in_the_providers_shape(string path)
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        var refused = (
            await ann.Api.SendAsync(
                HttpMethod.Get,
                $"/api/gateway/{path}",
                headers:
                [
                    ("Connection", "Upgrade"),
                    ("Upgrade", "websocket"),
                    ("Sec-WebSocket-Version", "13"),
                    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ]
            )
        ).IsRefusal(426, "websocket_not_supported");

        Assert.Equal("HTTP/1.1", refused.Headers.Upgrade.ToString());
        Assert.Contains("Upgrade", refused.Headers.Connection);
        Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
        Assert.Empty(ann.Emulator.Calls);
        Assert.Empty(await ann.EventsAsync());
    }

    [Theory]
    [InlineData("openai/v1/responses")]
    [InlineData("openai/v1/models")]
    public async Task A_client_of_the_framework_sees_the_426(string path)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        Assert.Equal(HttpStatusCode.UpgradeRequired, await ConnectAsync(ann.App.Address, ann.Api, path));
    }

    [Fact]
    public async Task Under_the_Functions_host_a_handshake_gets_426_too()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        (await ann.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey })).Is(HttpStatusCode.Created);

        foreach (var path in (string[])["openai/v1/responses", "openai/v1/models"])
        {
            Assert.Equal(HttpStatusCode.UpgradeRequired, await ConnectAsync(ann.Http.BaseAddress!, ann, path));
        }
    }

    [Fact]
    public async Task A_handshake_without_a_token_is_401()
    {
        await using var app = await TestApp.StartAsync(parts);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await ConnectAsync(app.Address, app.Anonymous(), "openai/v1/responses")
        );
    }

    [Fact]
    public async Task An_offer_to_upgrade_to_HTTP_2_is_ignored()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        (
            await ann.Api.SendAsync(
                HttpMethod.Post,
                "/api/gateway/openai/v1/responses",
                """{"model":"gpt-4o-mini","input":"Hi"}""",
                headers: [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABk")]
            )
        ).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("openai/v1/responses")]
    [InlineData("anthropic/v1/models")]
    public async Task A_handshake_over_HTTP_2_gets_426_too(string path)
    {
        await using var app = await TestApp.StartAsync(parts, ["Kestrel:EndpointDefaults:Protocols=Http2"]);
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {app.Token("ann")}");

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(AddressOf(app.Address, path), client, Cancellation)
        );

        Assert.Equal(HttpStatusCode.UpgradeRequired, socket.HttpStatusCode);
        Assert.Equal(["websocket_not_supported"], socket.HttpResponseHeaders!["X-MyCoach-Error"]);
    }

    [Fact]
    public void A_handshake_over_HTTP_2_is_found_and_its_answer_names_no_protocol()
    {
        var context = new DefaultHttpContext();
        Assert.False(WebSockets.IsRequestedBy(context));
        context.Features.Set<IHttpExtendedConnectFeature>(new ExtendedConnect());
        context.Request.Protocol = HttpProtocol.Http2;
        context.Response.StatusCode = 426;

        WebSockets.NameProtocol(context.Response);

        Assert.True(WebSockets.IsRequestedBy(context));
        Assert.Empty(context.Response.Headers);
    }

    private static async Task<HttpStatusCode> ConnectAsync(Uri address, ApiClient caller, string path)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (caller.Http.DefaultRequestHeaders.Authorization is { } token)
        {
            socket.Options.SetRequestHeader("Authorization", token.ToString());
        }
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(AddressOf(address, path), Cancellation));
        return socket.HttpStatusCode;
    }

    private static Uri AddressOf(Uri server, string path) =>
        new UriBuilder(new Uri(server, $"/api/gateway/{path}")) { Scheme = "ws" }.Uri;

    private sealed class ExtendedConnect : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => true;

        public string? Protocol => "websocket";

        public ValueTask<Stream> AcceptAsync() => throw new NotSupportedException();
    }
}
