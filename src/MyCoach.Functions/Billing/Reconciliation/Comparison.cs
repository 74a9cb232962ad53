using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>Puts what was billed beside what was recorded, by day, model or tool, and key.</summary>
/// <param name="accounts">What is known of the organisations, by provider.</param>
internal sealed class Comparison(ModelCatalogue catalogue, IReadOnlyDictionary<Provider, BillingAccount> accounts)
{
    // Kinds that one side does not tell apart.
    private static readonly Dictionary<string, string> Merged = new(StringComparer.Ordinal)
    {
        [Charge.AudioInput] = Charge.Input,
        [Charge.AudioOutput] = Charge.Output,
        [Charge.CacheWrite12h] = Charge.CacheWrite,
        [Charge.WebSearchPreview] = Charge.WebSearch,
    };

    private readonly Dictionary<CellKey, Cell> cells = [];

    // Of the organisation that each billed day is of.
    private readonly Dictionary<(Provider, DateOnly), KnownKeys> keysOfDays = [];
    private readonly Dictionary<Provider, PicoUsd> other = [];
    private readonly Dictionary<Provider, PicoUsd> unlinked = [];

    public IReadOnlyDictionary<CellKey, Cell> Cells => cells;

    /// <summary>What the bills have for other keys, or for none.</summary>
    public IReadOnlyDictionary<Provider, PicoUsd> Other => other;

    /// <summary>What was recorded of stored keys that are not known among the organisation's.</summary>
    public IReadOnlyDictionary<Provider, PicoUsd> Unlinked => unlinked;

    /// <summary>Adds a day's bill. Only such days are compared, so they come before the events.</summary>
    public void Add(BillDay day)
    {
        var keys = accounts[day.Provider].KeysOn(day);
        keysOfDays[(day.Provider, day.Day)] = keys;
        foreach (var use in day.Lines.Usage.Where(use => IsCompared(use.KeyId)))
        {
            var cell = CellOf(day.Provider, day.Day, NameOf(day.Provider, use.Model, use.Kind), use.KeyId);
            if (use.Kind == UsageLine.Requests)
            {
                cell.Billed.Requests = (cell.Billed.Requests ?? 0) + use.Count;
                continue;
            }
            cell.Billed.Count(use.Kind, use.Count);
            if (use.IsFree)
            {
                cell.Free.Count(use.Kind, use.Count);
            }
        }
        var counted = day.Lines.Usage.Select(use => use.Kind).ToHashSet(StringComparer.Ordinal);
        foreach (var line in CostShares.Of(day.Lines))
        {
            if (!IsCompared(line.KeyId))
            {
                other[day.Provider] = other.GetValueOrDefault(day.Provider) + line.Amount;
                continue;
            }
            var name =
                line.Kind is null && line.Model is null ? line.Label : NameOf(day.Provider, line.Model, line.Kind);
            var cell = CellOf(day.Provider, day.Day, name, line.KeyId);
            cell.IsDerived |= !day.Lines.HasKeys;
            // What the usage does not count, such as searches at OpenAI, the bill may count itself.
            Bill(cell, line, counts: line.Kind is { } kind && !counted.Contains(kind));
        }

        bool IsCompared(string? keyId) => !keys.AreCompared || keys.Has(keyId);
    }

    /// <summary>Adds a recorded event, if its day is billed. A deleted event counts nothing, and use outside MyCoach is
    /// no call.</summary>
    public void Add(UsageEvent usageEvent)
    {
        var day = DateOnly.FromDateTime(usageEvent.CreatedAt.UtcDateTime);
        if (
            usageEvent.IsOutside
            || usageEvent.DeletedAt is not null
            || !keysOfDays.TryGetValue((usageEvent.Provider, day), out var keys)
        )
        {
            return;
        }
        // An event that names no key is one of the only known key.
        var keyId = usageEvent.KeyId is null ? keys.IdOf("") ?? keys.OnlyId : keys.IdOf(usageEvent.KeyId);
        if (keyId is null && usageEvent.KeyId is not null && (keys.AreCompared || IsOfOther(usageEvent)))
        {
            unlinked[usageEvent.Provider] = unlinked.GetValueOrDefault(usageEvent.Provider) + usageEvent.Cost;
            return;
        }
        var model = CellOf(usageEvent.Provider, day, catalogue.NameOf(usageEvent.Provider, usageEvent.Model), keyId);
        model.Ours.Requests++;
        var (charges, counted) = ((usageEvent.Repriced ?? usageEvent.Receipt)?.Charges, PicoUsd.Zero);
        foreach (var charge in charges ?? TokensOf(usageEvent))
        {
            var kind = Merged.GetValueOrDefault(charge.Kind, charge.Kind);
            var cell = charge.IsByUse ? CellOf(usageEvent.Provider, day, kind, keyId) : model;
            cell.Ours.Count(kind, charge.Count);
            cell.Ours.Charge(kind, charges is null ? PicoUsd.Zero : charge.Cost);
            counted += charges is null ? PicoUsd.Zero : charge.Cost;
        }
        if (counted != usageEvent.Cost)
        {
            model.Ours.Charge("", usageEvent.Cost - counted);
        }
        model.Estimated += usageEvent is { Estimated: true, Expired: false } ? usageEvent.Cost : PicoUsd.Zero;
        model.Expired += usageEvent.Expired ? usageEvent.Cost : PicoUsd.Zero;
    }

    private static void Bill(Cell cell, CostLine line, bool counts)
    {
        // More than the list price is another price.
        var discount = line.List is { } list && line.Amount < list ? line.Amount - list : PicoUsd.Zero;
        if (line.Amount < PicoUsd.Zero)
        {
            cell.Discounts += line.Amount;
        }
        else if (line.Kind is not { } kind)
        {
            cell.NotPerCall += line.Model is null ? line.Amount : PicoUsd.Zero;
            cell.Unknown += line.Model is null ? PicoUsd.Zero : line.Amount;
        }
        else
        {
            cell.Billed.Charge(kind, line.Amount - discount);
            cell.Discounts += discount;
            if (counts && line.Count is { } count)
            {
                cell.Billed.Count(kind, count);
            }
        }
    }

    // Those of a model without a price.
    private static IEnumerable<Charge> TokensOf(UsageEvent usageEvent)
    {
        var tokens = usageEvent.Tokens;
        return
        [
            new(Charge.Input, tokens.Input - tokens.CachedInput - tokens.CacheWrite, 0),
            new(Charge.CachedInput, tokens.CachedInput, 0),
            new(Charge.CacheWrite, tokens.CacheWrite, 0),
            new(Charge.Output, tokens.Output, 0),
        ];
    }

    private string NameOf(Provider provider, string? model, string? kind) =>
        model is null ? kind ?? "" : catalogue.NameOf(provider, model);

    // The key is known, but in another organisation than the day's.
    private bool IsOfOther(UsageEvent usageEvent) =>
        accounts[usageEvent.Provider].Links.Any(link => link.KeyId == usageEvent.KeyId);

    // Without a known key, all use of the organisation is compared with all calls.
    private Cell CellOf(Provider provider, DateOnly day, string name, string? keyId)
    {
        var key = new CellKey(day, provider, name, keysOfDays[(provider, day)].AreCompared ? keyId : null);
        return cells.TryGetValue(key, out var cell) ? cell : cells[key] = new Cell();
    }
}
