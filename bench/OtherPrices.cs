using System.Globalization;
using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Bench;

/// <summary>The prices of <c>@pydantic/genai-prices</c>, an independent price list for Node.</summary>
internal sealed class OtherPrices
{
    public const string Package = "@pydantic/genai-prices";
    public const string Version = "0.1.8";

    // Reads provider and model by line, and writes the prices of each that it knows: plain, and for long input.
    private const string Script = """
        import * as list from '@pydantic/genai-prices';
        import fs from 'node:fs';
        const [names, day, result] = process.argv.slice(2);
        const prices = {};
        for (const name of fs.readFileSync(names, 'utf8').split('\n').filter(Boolean)) {
            const [provider, model] = name.split(' ');
            const found = list.calcPrice({ input_tokens: 1 }, model, { providerId: provider, timestamp: new Date(day) });
            if (found) prices[name] = { model: found.model.id, rates: found.model_price };
        }
        fs.writeFileSync(result, JSON.stringify(prices));
        """;

    private readonly JsonElement prices;

    private OtherPrices(JsonElement prices) => this.prices = prices;

    /// <summary>Installs the package in a new folder and asks it for the prices of these models.</summary>
    public static async Task<OtherPrices> ReadAsync(IEnumerable<Model> models, DateOnly day, CancellationToken stopping)
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-prices-").FullName;
        var manifest = $$"""{ "private": true, "type": "module", "dependencies": { "{{Package}}": "{{Version}}" } }""";
        if (await new NpmPackage(Package, manifest, launcher: "").InstallAsync(folder, stopping) is { } failure)
        {
            throw new InvalidOperationException($"npm could not install {Package}: {failure}");
        }
        var (script, names, result) = (Within("read.js"), Within("names"), Within("prices.json"));
        await File.WriteAllTextAsync(script, Script, stopping);
        await File.WriteAllLinesAsync(names, models.Select(NameOf), stopping);
        var at = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await using var node = ChildProcess.Start("node", [script, names, at, result], folder);
        if (await node.WaitForFailureAsync(stopping) is { } fault)
        {
            throw new InvalidOperationException($"{Package} failed: {fault}");
        }
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(result, stopping));
        return new OtherPrices(json.RootElement.Clone());

        string Within(string file) => Path.Combine(folder, file);
    }

    /// <summary>The id of the model as whose it takes this one; null if it does not know it.</summary>
    public string? KnownAs(Model model) =>
        prices.TryGetProperty(NameOf(model), out var known) ? known.GetProperty("model").GetString() : null;

    /// <summary>Cents per million tokens or per use; null if it has no such rate.</summary>
    /// <param name="perThousand">Whether the rate is for a thousand uses, not for a million tokens.</param>
    public decimal? Cents(Model model, string rate, bool isLong = false, bool perThousand = false)
    {
        if (
            !prices.TryGetProperty(NameOf(model), out var known)
            || !known.GetProperty("rates").TryGetProperty(rate, out var dollars)
        )
        {
            return null;
        }
        var isTiered = dollars.ValueKind == JsonValueKind.Object;
        var chosen =
            isTiered && isLong ? dollars.GetProperty("tiers")[0].GetProperty("price")
            : isTiered ? dollars.GetProperty("base")
            : dollars;
        return isLong && !isTiered ? null : chosen.GetDecimal() * (perThousand ? 0.1m : 100);
    }

    private static string NameOf(Model model) => $"{model.ProviderId} {model.Id}";
}
