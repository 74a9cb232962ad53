using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bench;

/// <summary>
/// Compares each price of the book with an independent price list, and measures how long MyCoach takes to find one.
/// </summary>
internal static class PriceComparison
{
    private const string Recordings = "MYCOACH_RECORDINGS";
    private const int Rounds = 21;
    private const int Times = 2_000;

    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly DateOnly Today = DateOnly.FromDateTime(Now.UtcDateTime);

    // The snapshots that can be fine-tuned and have a price.
    private static readonly string[] Bases =
    [
        "gpt-4o-2024-08-06",
        "gpt-4o-mini-2024-07-18",
        "gpt-4.1-2025-04-14",
        "gpt-4.1-mini-2025-04-14",
        "gpt-4.1-nano-2025-04-14",
        "o4-mini-2025-04-16",
        "gpt-3.5-turbo-0125",
        "gpt-3.5-turbo-1106",
        "gpt-3.5-turbo-0613",
        "davinci-002",
        "babbage-002",
    ];

    // Why ours are right where the two differ. Model "*" is any.
    private static readonly (string Model, string Kind, string Why)[] Reasons =
    [
        ("claude-sonnet-5-5", "cachedInput", "they take it for claude-sonnet-5, by the beginning of its name"),
        (
            "gpt-4o-mini-search-preview",
            "cachedInput",
            "they take it for gpt-4o-mini; no source states a rate for cached input"
        ),
        ("*", "audioInput", "they price its audio as text"),
        ("*", "audioOutput", "they price its audio as text"),
        ("*", "cachedInput", "they state no rate for it"),
    ];

    public static async Task RunAsync(CancellationToken stopping)
    {
        var models = Catalogue.All.Concat(FineTuned()).ToArray();
        var others = await OtherPrices.ReadAsync(models, Today, stopping);
        var shared = models.Where(model => others.KnownAs(model) is not null).ToArray();
        var compared = shared.SelectMany(model => Compare(model, others)).ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{OtherPrices.Package} {OtherPrices.Version} knows {shared.Length} of {models.Length} models. Of their {compared.Length} prices of today, {compared.Count(price => price.Ours == price.Theirs)} are equal. It lacks {string.Join(", ", models.Except(shared).Select(model => model.Id))}."
            )
        );
        Console.WriteLine();
        Console.WriteLine(Figures.Head("model", "kind", "ours, cents", "theirs, cents", "why we keep ours"));
        foreach (var (model, kind, ours, theirs) in compared.Where(price => price.Ours != price.Theirs))
        {
            var why = Reasons
                .FirstOrDefault(known => (known.Model == "*" || known.Model == model) && known.Kind == kind)
                .Why;
            Console.WriteLine(
                Figures.Row(
                    $"{model}",
                    $"{kind}",
                    $"{ours:0.####}",
                    $"{theirs:0.####}",
                    $"{why ?? "**unknown: look into it**"}"
                )
            );
        }
        Console.WriteLine();
        MeasureLookup();
        PriceRecordings();
    }

    private static IEnumerable<(string Model, string Kind, decimal? Ours, decimal? Theirs)> Compare(
        Model model,
        OtherPrices others
    )
    {
        var price = model.PriceOn(Today);
        return
        [
            .. Kinds(price, isLong: false),
            .. price.LongContext is { } longer ? Kinds(longer, isLong: true) : [],
            .. new[] { ("webSearch", "web_searches_kcount"), ("fileSearch", "storage_searches_kcount") }
                .Select(tool => (tool.Item1, Theirs: others.Cents(model, tool.Item2, perThousand: true)))
                .Where(tool => tool.Theirs is not null)
                .Select(tool =>
                    (model.Id, tool.Item1, (decimal?)Catalogue.CentsPerUse(model, tool.Item1, Today).Cents, tool.Theirs)
                ),
        ];

        IEnumerable<(string, string, decimal?, decimal?)> Kinds(Rates rates, bool isLong) =>
            new (string Kind, decimal? Ours, string Theirs)[]
            {
                ("input", rates.Input, "input_mtok"),
                ("output", rates.Output, "output_mtok"),
                ("cachedInput", rates.CachedInput, "cache_read_mtok"),
                ("cacheWrite", rates.CacheWrite, "cache_write_mtok"),
                ("cacheWrite1h", rates.CacheWrite1h, "cache_write_1h_mtok"),
                ("audioInput", rates.AudioInput, "input_audio_mtok"),
                ("audioOutput", rates.AudioOutput, "output_audio_mtok"),
            }
                .Select(kind => (kind.Kind, kind.Ours, Theirs: others.Cents(model, kind.Theirs, isLong)))
                // What is free here has no rate there.
                .Where(kind => kind.Ours is > 0 || kind.Theirs is > 0)
                .Select(kind => (model.Id, isLong ? $"{kind.Kind}, long" : kind.Kind, kind.Ours, kind.Theirs));
    }

    private static IEnumerable<Model> FineTuned() =>
        Bases.Select(name => Catalogue.Find(Provider.OpenAi, $"ft:{name}:acme:coach:abc123")!);

    private static void MeasureLookup()
    {
        var names = Catalogue.All.Select(model => (model.Provider, model.Id)).ToArray();
        var dated = names.Select(name => (name.Provider, Id: $"{name.Id}-2026-01-31")).ToArray();
        var pricing = new Pricing(Catalogue);
        var tokens = new TokenCounts(1_000, 500, 100, 0);
        Console.WriteLine(Figures.Head("median of 21 rounds", "ns", "bytes allocated"));
        Show("find a model by its id", () => Each(names, name => Catalogue.Find(name.Provider, name.Id)));
        Show(
            "find one by a snapshot that the book does not list",
            () => Each(dated, name => Catalogue.Find(name.Provider, name.Id))
        );
        Show("price a call", () => Each(names, name => pricing.Price(name.Provider, name.Id, tokens, Now)));
        Console.WriteLine();

        static void Each<T>((Provider Provider, string Id)[] names, Func<(Provider Provider, string Id), T> find)
        {
            for (var time = 0; time < Times; time++)
            {
                find(names[time % names.Length]);
            }
        }
    }

    private static void Show(string what, Action action)
    {
        var rounds = new List<double>();
        var bytes = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            action();
            rounds.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / Times);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Times;
        }
        Console.WriteLine(Figures.Row($"{what}", $"{rounds.Median():0}", $"{bytes}"));
    }

    private static void PriceRecordings()
    {
        var folder = Environment.GetEnvironmentVariable(Recordings);
        if (folder is null || !File.Exists(Path.Combine(folder, "recordings.jsonl")))
        {
            Console.WriteLine($"No recorded answers: {Recordings} names no folder that has them.");
            return;
        }
        var pricing = new Pricing(Catalogue);
        var receipts = File.ReadLines(Path.Combine(folder, "recordings.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(call => call.GetProperty("model").ValueKind == JsonValueKind.String)
            .Select(call =>
                pricing.Price(
                    Provider.Find(call.GetProperty("provider").GetString()!)!,
                    call.GetProperty("model").GetString()!,
                    new TokenCounts(1_000, 500, 0, 0),
                    Now
                )
            )
            .ToArray();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Of {receipts.Length} recorded answers, {receipts.Count(receipt => receipt is not null)} have a price, {receipts.Count(receipt => receipt is { Estimated: false })} a confirmed one."
            )
        );
    }
}
