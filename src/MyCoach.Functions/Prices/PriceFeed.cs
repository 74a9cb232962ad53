using MyCoach.Catalogue;

namespace MyCoach.Prices;

/// <summary>
/// Reads the operator's feed of prices once an hour. Models that the book in force does not know are added at once,
/// unconfirmed. Every other difference is only a proposal, which an operator reads and stores, or not.
/// </summary>
internal sealed partial class PriceFeed(
    PriceFeedSettings settings,
    PriceFeedClient client,
    PriceProposalTable proposals,
    PriceVersionsTable versions,
    PriceBook book,
    TimeProvider clock,
    ILogger<PriceFeed> logger
)
{
    public const string Step = "price-feed";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(15);

    private const int MaxVersions = 500;

    // In the note of a version.
    private const int MaxNamed = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (
            settings.Address is not { } address
            || (await proposals.FindAsync(cancellation) is { } last && now - last.FetchedAt < Pause)
        )
        {
            return;
        }
        var (corrections, error) = await client.ReadAsync(address, cancellation);
        await proposals.WriteAsync(new PriceProposal(now, corrections, error), cancellation);
        if (corrections is null)
        {
            Log.Unreadable(logger, error!);
            return;
        }
        await AddUnknownModelsAsync(corrections, now, cancellation);
    }

    private async Task AddUnknownModelsAsync(
        PriceCorrections corrections,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var latest = await versions.FindAsync(await versions.FindLatestAsync(cancellation), cancellation);
        if (latest is { IsReadable: false })
        {
            return;
        }
        var embedded = ModelCatalogue.Embedded;
        var current = latest is null ? embedded : embedded.With(latest);
        Model[] unknown = [.. (corrections.Models ?? []).Where(model => !IsKnown(current, model) && IsPriced(model))];
        Model[] added =
        [
            .. (unknown.Length == 0 ? [] : await WithoutRemovedAsync(unknown, cancellation)).Select(model =>
                model.Unconfirmed()
            ),
        ];
        if (added.Length == 0)
        {
            return;
        }
        var before = latest?.Corrections ?? PriceCorrections.None;
        var after = before with { Models = [.. before.Models ?? [], .. added] };
        var put = new PricePut
        {
            Models = after.Models,
            Tools = after.Tools,
            ImageModels = after.ImageModels,
        };
        if (PriceChecks.Check(put, embedded.Book) is { Any: true } errors)
        {
            Log.NotAdded(
                logger,
                added.Length,
                string.Join("; ", errors.ByField.Take(5).Select(error => error.Value[0]))
            );
            return;
        }
        var version = new PriceVersion(
            (latest?.Number ?? 0) + 1,
            now,
            PriceVersion.Feed,
            $"added {string.Join(", ", added.Take(MaxNamed).Select(model => model.Id))}{(added.Length > MaxNamed ? " …" : "")}",
            after
        );
        // If an operator stores a version at the same time, the next run adds the models to that one.
        if (await versions.TryAddAsync(version, cancellation))
        {
            await book.RefreshAsync();
            Log.Added(logger, version.Number, added.Length);
        }
    }

    // A model that an operator has removed must not come back.
    private async Task<IEnumerable<Model>> WithoutRemovedAsync(Model[] models, CancellationToken cancellation)
    {
        var earlier = await versions
            .ListBeforeAsync(number: null, cancellation)
            .Take(MaxVersions)
            .SelectMany(version => (version.Corrections.Models ?? []).Select(model => model.Id))
            .ToHashSetAsync(cancellationToken: cancellation);
        return models.Where(model => !earlier.Contains(model.Id));
    }

    // A price of zero would let a strict budget pass any call.
    private static bool IsPriced(Model model) =>
        model.Kind == Model.Moderation || model.Prices.All(price => price.Input > 0 || price.Output > 0);

    private static bool IsKnown(ModelCatalogue current, Model model) =>
        model.Aliases.Prepend(model.Id).Any(name => current.Find(model.Provider, name) is not null);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not read the feed of prices: {Reason}; trying again in an hour")]
        public static partial void Unreadable(ILogger logger, string reason);

        [LoggerMessage(
            LogLevel.Warning,
            "Could not add {Models} models of the feed of prices to those that are stored: {Reason}"
        )]
        public static partial void NotAdded(ILogger logger, int models, string reason);

        [LoggerMessage(
            LogLevel.Information,
            "Version {Version} of the price book has {Models} models that were unknown, from the feed"
        )]
        public static partial void Added(ILogger logger, long version, int models);
    }
}
