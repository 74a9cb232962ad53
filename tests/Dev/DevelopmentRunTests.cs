using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Dev;

/// <summary>The development run as a developer starts and ends it in a terminal.</summary>
public sealed partial class DevelopmentRunTests : IDisposable
{
    private const string Anything = "Starting Azurite";
    private const string Ready = "Press Ctrl-C to stop.";

    // The first time, Azurite is fetched.
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan EndPatience = Eventually.HangLimit;

    private readonly TemporaryFolder folder = new();
    private readonly (int App, int Azurite, int Emulator) ports = (
        LocalPort.Free(),
        LocalPort.Free(),
        LocalPort.Free()
    );

    public DevelopmentRunTests() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SKIPPED ON WINDOWS: it has neither bash nor signals.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--functions")]
    public async Task The_printed_commands_work_and_their_data_persists(params string[] options)
    {
        await using (var first = await StartAsync(options))
        {
            await first.WritesAsync(Ready, StartPatience);
            var lines = first
                .Output.Select(line => line.Trim())
                .Where(line => line.StartsWith("curl ", StringComparison.Ordinal))
                .ToArray();
            Assert.Equal(9, lines.Length);
            var answers = new List<JsonNode>();
            foreach (var line in lines)
            {
                answers.Add(await RunLineAsync(line));
            }
            Assert.Equal("ok", (string?)answers[0]["status"]);
            Assert.Equal("valid", (string?)answers[1]["status"]);
            Assert.Equal(2000, (int)answers[2]["monthlyBudgetCents"]!);
            Assert.Equal(105, (int)answers[3]["estimatedCostCents"]!);
            Assert.Equal((0.0105m, "ok"), ((decimal)answers[4]["spentUsd"]!, (string?)answers[4]["status"]));
            Assert.Equal("You said: Hello there That is all I know.", (string?)answers[5]["content"]![0]!["text"]);
            Assert.Equal("key", (string?)answers[6]["scope"]);
            Assert.True((bool)answers[7]["isComplete"]!);
            // What was just called is billed when the day is over.
            Assert.Contains("they agree", (string?)answers[8]["summary"], StringComparison.Ordinal);
            await first.SignalAsync("INT", group: true);
            await AssertEndsAsync(first);
        }

        await using (var second = await StartAsync(options))
        {
            await second.WritesAsync(Ready, StartPatience);
            // On a busy machine the emulator may answer too late, which is no verdict.
            await Eventually.HoldsAsync(async () =>
            {
                var key = await RunLineAsync($"curl -X POST http://127.0.0.1:{ports.App}/api/keys/anthropic/validate");
                Assert.NotEqual("invalid", (string?)key["status"]);
                return (string?)key["status"] == "valid";
            });
            await second.SignalAsync("INT", group: true);
            await AssertEndsAsync(second);
        }

        await using var third = await StartAsync([.. options, "--reset"]);
        await third.WritesAsync(Ready, StartPatience);
        var keys = await RunLineAsync($"curl http://127.0.0.1:{ports.App}/api/keys");
        Assert.Empty(keys["keys"]!.AsArray());
    }

    [Fact]
    public async Task With_real_providers_nothing_is_emulated()
    {
        // Stands in for a provider; the environment would otherwise not say where it is.
        await using var provider = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var run = await StartAsync(
            ["--providers", "real"],
            [("Providers__anthropic__BaseUrl", provider.AnthropicBaseUrl.ToString())]
        );
        await run.WritesAsync(Ready, StartPatience);

        var key = await RunLineAsync(
            $$"""curl -X PUT http://127.0.0.1:{{ports.App}}/api/keys/anthropic -H 'Content-Type: application/json' -d '{"apiKey":"sk-ant-api03-of-a-developer"}'"""
        );

        Assert.Equal("valid", (string?)key["status"]);
        Assert.Equal("sk-ant-api03-of-a-developer", Assert.Single(provider.Calls).Header("x-api-key"));
        LocalPort.RequireFree(ports.Emulator, "--emulator-port");
        Assert.Contains(run.Output, line => line.Contains("which charge for them", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Output, line => line.Contains("/_emulator", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("INT", "--functions")]
    [InlineData("TERM", "--functions")]
    public async Task A_signal_to_it_alone_ends_all_programs(string signal, params string[] options)
    {
        await using var run = await StartAsync(options);
        await run.WritesAsync(Ready, StartPatience);
        Assert.Contains(await run.RunningAsync(), process => process.Contains("node", StringComparison.Ordinal));

        await run.SignalAsync(signal, group: false);
        await AssertEndsAsync(run);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(500, false)]
    [InlineData(1000, true)]
    [InlineData(1500, false)]
    [InlineData(2500, true)]
    public async Task An_interrupt_during_the_start_ends_every_started_process(int milliseconds, bool group)
    {
        await using var run = await StartAsync();
        await run.WritesAsync(Anything, StartPatience);
        await Task.Delay(milliseconds, Cancellation);

        await run.SignalAsync("INT", group);
        await AssertEndsAsync(run);
    }

    [Fact]
    public async Task An_interrupt_ends_a_fetch_that_hangs()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var run = await StartAsync(environment: NpmAt(((IPEndPoint)silent.LocalEndpoint).Port));
        await run.WritesAsync(Anything, StartPatience);
        using var fetch = await silent.AcceptTcpClientAsync(Cancellation);
        await run.WritesAsync("Downloading Azurite", StartPatience);

        await run.SignalAsync("INT", group: false);
        await AssertEndsAsync(run);
    }

    [Fact]
    public async Task Once_fetched_Azurite_starts_without_the_npm_registry()
    {
        // These tests have fetched it for themselves. The registry is where it was, and out of reach; npm would try it
        // for more than a minute.
        const string Nowhere = "http://127.0.0.1:9";
        await using var run = await StartAsync(
            environment: [("npm_config_proxy", Nowhere), ("npm_config_https_proxy", Nowhere)]
        );

        await run.WritesAsync(Ready, Eventually.HangLimit);
    }

    [Theory]
    [InlineData]
    [InlineData("--functions")]
    public async Task Killed_it_leaves_nothing_behind(params string[] options)
    {
        await using var run = await StartAsync(options);
        await run.WritesAsync(Ready, StartPatience);

        await run.SignalAsync("KILL", group: false);
        await run.ExitAsync(EndPatience);

        await AssertNothingIsLeftAsync(run, EndPatience);
    }

    private Task<ForegroundProgram> StartAsync(
        IEnumerable<string>? options = null,
        IEnumerable<(string, string)>? environment = null
    ) =>
        ForegroundProgram.StartAsync(
            ChildProgram.Built("MyCoach.Dev"),
            [
                .. (string[])
                    [
                        "--port",
                        $"{ports.App}",
                        "--azurite-port",
                        $"{ports.Azurite}",
                        "--emulator-port",
                        $"{ports.Emulator}",
                    ],
                .. (string[])["--data", Path.Combine(folder.Name, "data")],
                .. options ?? [],
            ],
            folder.Name,
            environment
        );

    private static async Task AssertEndsAsync(ForegroundProgram run)
    {
        Assert.Equal(0, await run.ExitAsync(EndPatience));
        Assert.Empty(run.Errors);
        await AssertNothingIsLeftAsync(run, TimeSpan.FromSeconds(1));
    }

    private static async Task AssertNothingIsLeftAsync(ForegroundProgram run, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await run.RunningAsync() is { Count: > 0 } running)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < patience,
                $"Still running: {string.Join('\n', running)}"
            );
        }
    }

    private async Task<JsonNode> RunLineAsync(string line)
    {
        await using var curl = ChildProgram.Start("bash", ["-c", line], folder.Name);
        Assert.True(await curl.ExitAsync(Eventually.HangLimit) == 0, curl.Report);
        var answer = JsonNode.Parse(string.Join('\n', curl.Output))!;
        Assert.True(answer["code"] is null, $"{line} was refused: {answer}");
        return answer;
    }

    private (string, string)[] NpmAt(int port) =>
        [
            ("npm_config_registry", $"http://127.0.0.1:{port}"),
            ("npm_config_cache", Path.Combine(folder.Name, "npm")),
            ("npm_config_fetch_retries", "0"),
        ];
}
