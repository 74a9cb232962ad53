using System.Net;
using System.Net.Sockets;
using System.Text;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Requests that no SDK sends.</summary>
public sealed partial class GatewayRequestTests
{
    [Fact]
    public async Task A_header_that_is_not_ASCII_leaves_as_it_came()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        using var http = new HttpClient(
            new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }
        );
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {ann.App.Token("ann")}");
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Müllers App");
        using var content = new StringContent(Body, Encoding.UTF8, "application/json");

        using var answer = await http.PostAsync(
            new Uri(ann.App.Address, Chat),
            content,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Müllers App", ann.Emulator.Calls.Single().Header("User-Agent"));
    }

    [Fact]
    public async Task Large_bodies_are_read_one_after_the_other_and_all_pass()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var large =
            $$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"{{new string('x', 3_000_000)}}"}]}""";

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => ann.Api.SendAsync(HttpMethod.Post, Chat, large))
        );

        Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        Assert.All(ann.Emulator.Calls, call => Assert.Equal(large, call.BodyText));
    }

    // As one header of several lines, which no client of .NET sends.
    [Fact]
    public async Task Under_a_budget_every_line_of_betas_counts()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        using var caller = new TcpClient();
        await caller.ConnectAsync(ann.App.Address.Host, ann.App.Address.Port, TestContext.Current.CancellationToken);
        await using var connection = caller.GetStream();
        var body = CappedCall.Body();
        var head =
            $"POST /api/gateway/{CappedCall.Path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ann.App.Token("ann")}\r\nContent-Type: application/json\r\nanthropic-beta: interleaved-thinking-2025-05-14\r\nanthropic-beta: something-new-2026-11-01\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await connection.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(connection);
        Assert.Equal(
            "HTTP/1.1 402 Payment Required",
            await reader.ReadLineAsync(TestContext.Current.CancellationToken)
        );
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task A_body_has_two_minutes_to_arrive()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        using var caller = new TcpClient();
        await caller.ConnectAsync(ann.App.Address.Host, ann.App.Address.Port, TestContext.Current.CancellationToken);
        await using var connection = caller.GetStream();
        var head =
            $"POST {Chat} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ann.App.Token("ann")}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
        await connection.WriteAsync(
            Encoding.ASCII.GetBytes(head + "{\"model\":"),
            TestContext.Current.CancellationToken
        );
        using var reader = new StreamReader(connection);
        var status = reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        // The server's own least rate would answer within five seconds of real time, which no clock of ours can
        // shorten.
        await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
        Assert.False(status.IsCompleted);

        Assert.Equal("HTTP/1.1 408 Request Timeout", await ann.App.WhileTimePassesAsync(status, 10));
        Assert.Contains(
            "\"code\":\"request_timeout\"",
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        Assert.Empty(ann.Emulator.Calls);
    }
}
