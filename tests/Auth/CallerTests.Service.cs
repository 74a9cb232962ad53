using System.Net;
using System.Net.Sockets;
using System.Text;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>The trusted service, which is no user and names the one it acts for.</summary>
public sealed partial class CallerTests
{
    private const string Service = "MyCoach.Service";
    private const string Juergen = "Jürgen/Ä %_'=";

    [Fact]
    public async Task A_service_acts_as_the_user_it_names()
    {
        await using var app = await TestApp.StartAsync(parts);
        var posted = await app.As("backend", Service)
            .SendAsync(
                HttpMethod.Post,
                "/api/usage",
                Request.Event("call-1"),
                headers: For(Uri.EscapeDataString(Juergen))
            );
        posted.Is(HttpStatusCode.Created);

        var seen = (await app.As(Juergen).GetAsync("/api/usage")).Is(HttpStatusCode.OK);
        Assert.Equal(["202611-call-1"], seen["events"].AsArray().Select(usage => (string?)usage!["id"]));
        Assert.Empty((await app.As("backend").GetAsync("/api/usage")).Is(HttpStatusCode.OK)["events"].AsArray());
    }

    [Theory]
    [InlineData("J%C3%BCrgen%2F%C3%84%20%25%5F%27%3D")]
    [InlineData("J%c3%bcrgen%2f%c3%84%20%25_'%3d")]
    [InlineData("%4A%C3%BC%72%67%65%6E%2F%C3%84%20%25%5F%27%3D")]
    public async Task Every_percent_encoding_of_a_user_id_names_the_same_user(string encoded)
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.As(Juergen).PatchAsync("/api/settings", new { monthlyBudgetCents = 4711 });
        var seen = await app.As("backend", Service).SendAsync(HttpMethod.Get, "/api/settings", headers: For(encoded));
        Assert.Equal(4711, (long)seen.Is(HttpStatusCode.OK)["monthlyBudgetCents"]);
    }

    [Fact]
    public async Task A_service_that_names_no_user_gets_nowhere()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var (method, path) in Guarded(app))
        {
            var answer = await app.As("backend", Service)
                .SendAsync(method, path, method == HttpMethod.Get ? null : "{}");
            if (path.StartsWith(Admin, StringComparison.Ordinal))
            {
                answer.IsProblem(403, "forbidden");
                continue;
            }
            if (answer.Status == HttpStatusCode.NotFound)
            {
                // Endpoints that the gateway forwards for no user are refused to all.
                answer.IsRefusal(404, "endpoint_not_supported");
                continue;
            }
            answer.IsRefused(path, 400, "invalid_request");
            Assert.Contains(RequestHeaders.User, answer.Text);
        }
        Assert.Empty(await app.TablesAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("%")]
    [InlineData("ann%")]
    [InlineData("ann%4")]
    [InlineData("ann%4G")]
    [InlineData("ann%+4")]
    [InlineData("ann% 4")]
    [InlineData("%C3")]
    [InlineData("%FF")]
    [InlineData("%C0%80")]
    [InlineData("%ED%A0%80")]
    [InlineData("%F4%90%80%80")]
    [InlineData("ann,bob")]
    [InlineData("ann, bob")]
    public async Task A_service_that_names_a_user_badly_is_refused(string encoded)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("backend", Service).SendAsync(HttpMethod.Get, "/api/settings", headers: For(encoded))).Blames(
            RequestHeaders.User
        );
    }

    [Fact]
    public async Task A_service_cannot_name_a_user_of_more_than_128_bytes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var backend = app.As("backend", Service);
        (await backend.SendAsync(HttpMethod.Get, "/api/settings", headers: For(new string('a', 128)))).Is(
            HttpStatusCode.OK
        );
        (await backend.SendAsync(HttpMethod.Get, "/api/settings", headers: For(new string('a', 129)))).Blames(
            RequestHeaders.User
        );
        (
            await backend.SendAsync(
                HttpMethod.Get,
                "/api/settings",
                headers: For(Uri.EscapeDataString(new string('€', 43)))
            )
        ).Blames(RequestHeaders.User);
    }

    [Fact]
    public async Task A_service_that_names_two_users_is_refused()
    {
        await using var app = await TestApp.StartAsync(parts);
        // On a bare socket: HttpClient writes both into one line.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        var request = $"""
            GET /api/settings HTTP/1.1
            Host: localhost
            Connection: close
            Authorization: Bearer {app.Token("backend", Service)}
            {RequestHeaders.User}: ann
            {RequestHeaders.User}: bob


            """;
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(request.ReplaceLineEndings("\r\n")),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"{RequestHeaders.User}\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("ann")]
    [InlineData("")]
    [InlineData("%")]
    public async Task A_user_who_names_a_user_is_refused(string named)
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var (method, path) in Guarded(app))
        {
            (await app.As("ann").SendAsync(method, path, headers: For(named))).IsRefused(path, 403, "forbidden");
        }
        Assert.Empty(await app.TablesAsync());
    }

    [Theory]
    [InlineData("\"roles\":[\"mycoach.service\"]")]
    [InlineData("\"roles\":[\"MyCoach.Admin\"]")]
    [InlineData("\"roles\":[\"MyCoach.Service,x\"]")]
    [InlineData("\"role\":[\"MyCoach.Service\"]")]
    [InlineData("\"scp\":\"MyCoach.Service\"")]
    public async Task Only_the_very_role_makes_a_service(string claim)
    {
        await using var app = await TestApp.StartAsync(parts);
        var token = BadTokens.Sign(BadTokens.Claims($"\"sub\":\"ann\",{claim}"));
        (await app.With(token).SendAsync(HttpMethod.Get, "/api/settings", headers: For("bob"))).IsProblem(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task The_settings_say_which_role_makes_a_service()
    {
        await using var app = await TestApp.StartAsync(parts, ["Auth:ServiceRole=Backend"]);
        (await app.As("backend", "Backend").SendAsync(HttpMethod.Get, "/api/settings", headers: For("ann"))).Is(
            HttpStatusCode.OK
        );
        (await app.As("backend", Service).SendAsync(HttpMethod.Get, "/api/settings", headers: For("ann"))).IsProblem(
            403,
            "forbidden"
        );
    }

    private static (string, string)[] For(string encoded) => [(RequestHeaders.User, encoded)];
}
