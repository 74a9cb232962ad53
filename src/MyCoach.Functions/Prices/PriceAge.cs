using System.Diagnostics.Metrics;
using MyCoach.Catalogue;

namespace MyCoach.Prices;

/// <summary>Reports the prices in force that no one has compared with their sources for a month.</summary>
internal sealed partial class PriceAge
{
    public const string MeterName = "MyCoach.Prices";
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(30);

    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    private readonly PriceBook book;
    private readonly TimeProvider clock;
    private readonly ILogger<PriceAge> logger;
    private DateTimeOffset? warnedAt;

    public PriceAge(PriceBook book, IMeterFactory factory, TimeProvider clock, ILogger<PriceAge> logger)
    {
        (this.book, this.clock, this.logger) = (book, clock, logger);
        factory
            .Create(MeterName)
            .CreateObservableGauge(
                "mycoach.prices.unchecked",
                () => CountUnchecked(book.Current),
                "{model}",
                "Models whose price was last compared with its source more than 30 days ago"
            );
    }

    /// <summary>Logs a warning once a day.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        var count = CountUnchecked(await book.GetAsync(cancellation));
        var now = clock.GetUtcNow();
        if (count > 0 && !(now - warnedAt < Pause))
        {
            warnedAt = now;
            Log.Unchecked(logger, count);
        }
    }

    private int CountUnchecked(ModelCatalogue catalogue)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var limit = today.AddDays(-(int)MaxAge.TotalDays);
        return catalogue.All.Count(model => !model.IsRetired(today) && model.PriceOn(today).CheckedOn < limit);
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "The prices of {Models} models were last checked more than 30 days ago. Update the program or correct them"
        )]
        public static partial void Unchecked(ILogger logger, int models);
    }
}
