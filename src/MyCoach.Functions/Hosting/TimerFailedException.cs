namespace MyCoach.Hosting;

internal sealed class TimerFailedException(string timer)
    : Exception($"{timer} failed and will run again at its next scheduled time.");
