using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MyCoach.Tests.Support;

/// <summary>Keeps every log line of an app, at Trace where the app's settings let them through.</summary>
public sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Waits for a line with all of these in it: an answer can arrive before its log line.</summary>
    public async Task SaysAsync(params string[] texts)
    {
        for (
            var started = TimeProvider.System.GetTimestamp();
            !IsSaid();
            await Task.Delay(25, TestContext.Current.CancellationToken)
        )
        {
            var isPatient = TimeProvider.System.GetElapsedTime(started) < Eventually.HangLimit;
            Assert.True(isPatient, $"No line has {string.Join(" and ", texts)}: {string.Join('\n', lines)}");
        }

        bool IsSaid() => lines.Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal)));
    }

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, lines);

    public void Dispose() { }

    private sealed class Recorder(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
