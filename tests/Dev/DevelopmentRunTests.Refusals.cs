using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Dev;

/// <summary>A start that fails prints one sentence that says why.</summary>
public sealed partial class DevelopmentRunTests
{
    [Theory]
    [InlineData("--port")]
    [InlineData("--azurite-port")]
    [InlineData("--emulator-port")]
    public async Task A_taken_port_is_named_with_the_option_that_chooses_another(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var sentence = await RefusalAsync([option, $"{port}"]);

        Assert.Contains($"{port}", sentence, StringComparison.Ordinal);
        Assert.Contains(option, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "--emulator-port")]
    [InlineData("--port", "--azurite-port")]
    [InlineData("--azurite-port", "--emulator-port")]
    public async Task Two_programs_cannot_have_one_port(string one, string other)
    {
        var port = LocalPort.Free().ToString(CultureInfo.InvariantCulture);

        Assert.Contains(port, await RefusalAsync([one, port, other, port]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prot", "7071")]
    [InlineData("--port")]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--azurite-port", "many")]
    [InlineData("--data")]
    [InlineData("--providers")]
    [InlineData("--providers", "none")]
    [InlineData("7071")]
    public async Task An_option_that_is_unknown_or_malformed_is_named(params string[] options) =>
        Assert.Contains(options[0], await RefusalAsync(options), StringComparison.Ordinal);

    [Fact]
    public async Task A_data_folder_that_cannot_be_one_is_named()
    {
        var file = Path.Combine(folder.Name, "a-file");
        await File.WriteAllTextAsync(file, "", Cancellation);

        foreach (var path in (string[])[file, Path.Combine(file, "below")])
        {
            Assert.Contains($"--data {path}", await RefusalAsync(["--data", path]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_second_run_on_the_same_data_is_refused()
    {
        await using var first = await StartAsync();
        await first.WritesAsync(Ready, StartPatience);

        await using var second = await StartAsync([
            "--port",
            $"{LocalPort.Free()}",
            "--azurite-port",
            $"{LocalPort.Free()}",
            "--emulator-port",
            $"{LocalPort.Free()}",
        ]);

        Assert.Equal(1, await second.ExitAsync(StartPatience));
        Assert.Contains("in use by another run", Assert.Single(second.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Node_it_says_what_to_install() =>
        Assert.Contains("Node.js", await RefusalAsync([], ("PATH", folder.Name)), StringComparison.Ordinal);

    [Fact]
    public async Task Without_the_npm_registry_it_says_what_it_could_not_fetch_and_why()
    {
        var sentence = await RefusalAsync([], [.. NpmAt(9)]);

        Assert.Contains("Azurite", sentence, StringComparison.Ordinal);
        Assert.Contains("ECONNREFUSED", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_of_the_environment_that_stops_the_program_is_named() =>
        Assert.Contains(
            "Cors__AllowedOrigins__0",
            await RefusalAsync([], ("Cors__AllowedOrigins__0", "nonsense")),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--port", "7071", "--help")]
    public async Task Help_names_every_option(params string[] options)
    {
        await using var run = await ForegroundProgram.StartAsync(
            ChildProgram.Built("MyCoach.Dev"),
            options,
            folder.Name
        );

        Assert.Equal(0, await run.ExitAsync(EndPatience));
        Assert.Empty(run.Errors);
        var text = string.Join('\n', run.Output);
        Assert.All(
            (string[])
                ["--port", "--azurite-port", "--emulator-port", "--data", "--reset", "--providers", "--functions"],
            option => Assert.Contains(option, text, StringComparison.Ordinal)
        );
    }

    // The one sentence with which it does not start.
    private async Task<string> RefusalAsync(IEnumerable<string> options, params (string, string)[] environment)
    {
        await using var run = await StartAsync(options, environment);

        var code = await run.ExitAsync(StartPatience);
        Assert.True(code == 1, $"It ended with {code}. {run.Report}");
        var sentence = Assert.Single(run.Errors);
        Assert.DoesNotContain("Exception", sentence, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(run, TimeSpan.FromSeconds(1));
        return sentence;
    }
}
