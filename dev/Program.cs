using System.Runtime.InteropServices;
using MyCoach.Dev;

using var stopping = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    if (DevelopmentOptions.Parse(args) is not { } options)
    {
        Console.WriteLine(DevelopmentOptions.Help);
        return 0;
    }
    await new DevelopmentRun(options, Console.Out).RunAsync(stopping.Token);
    return 0;
}
catch (Exception reason) when (reason is CannotStartException or MyCoach.Hosting.SettingException)
{
    await Console.Error.WriteLineAsync(reason.Message);
    return 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 0;
}

// Cancel the run instead of the process, so that everything started is stopped in order, even during the start.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopping.Cancel();
}
