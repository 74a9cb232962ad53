using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MyCoach.Hosting;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Hosting.StartArguments;

namespace MyCoach.Tests.Hosting;

/// <summary>
/// The program ends with an error, and one line that says why, when it cannot start or a background service fails.
/// </summary>
public sealed class ProgramEndTests
{
    [Fact]
    public async Task The_program_ends_with_one_line_about_a_malformed_setting() =>
        await AssertEndsAsync("API_KEY_ENCRYPTION_KEY", [.. Pairs(Good), ("API_KEY_ENCRYPTION_KEY", "hunter2")], null);

    [Theory]
    [InlineData("""{"Values":{"API_KEY_ENCRYPTION_KEY":"hunter2" """)]
    [InlineData("""["hunter2"]""")]
    [InlineData("""{"Values":["hunter2"]}""")]
    [InlineData("""{"Values":{"Auth__Mode":"Bearer","Auth__Mode":"hunter2"}}""")]
    [InlineData("""{"Values":{"Auth__Mode":"Bearer","Auth:Mode":"hunter2"}}""")]
    [InlineData("""{"Values":{"Auth__Mode":"Bearer","AUTH__MODE":"hunter2"}}""")]
    public async Task Malformed_local_settings_stop_the_start_in_Development(string file)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Name, "local.settings.json"),
            file,
            TestContext.Current.CancellationToken
        );

        await AssertEndsAsync(
            "local.settings.json",
            [.. Pairs(Good), ("AZURE_FUNCTIONS_ENVIRONMENT", "Development")],
            folder.Name
        );
    }

    [Fact]
    public async Task A_taken_port_ends_the_program_with_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        IEnumerable<(string, string)> environment = [.. Pairs(Good), ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")];
        await using var program = ChildProgram.Start(
            ChildProgram.Built("MyCoach.Functions"),
            [],
            environment: environment
        );

        Assert.Equal(1, await program.ExitAsync(Eventually.HangLimit));
        Assert.Contains(port, Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_background_service_that_fails_fails_the_program()
    {
        await using var app = MyCoach.Program.Build(
            Arguments([.. Good, "ASPNETCORE_URLS=http://127.0.0.1:0"]),
            builder => builder.Services.AddHostedService<FailingService>()
        );
        await app.StartAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(app.WaitForShutdownOrFailureAsync);
    }

    private sealed class FailingService(IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            var started = new TaskCompletionSource();
            using var waiting = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task;
            throw new InvalidOperationException("It failed.");
        }
    }

    private static async Task AssertEndsAsync(string setting, IEnumerable<(string, string)> environment, string? folder)
    {
        await using var program = ChildProgram.Start(
            ChildProgram.Built("MyCoach.Functions"),
            ["--urls=http://127.0.0.1:0"],
            folder,
            environment
        );

        Assert.Equal(1, await program.ExitAsync(Eventually.HangLimit));
        var line = Assert.Single(program.Errors);
        Assert.StartsWith($"{setting} ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", program.Report, StringComparison.Ordinal);
        Assert.Empty(program.Output);
    }
}
