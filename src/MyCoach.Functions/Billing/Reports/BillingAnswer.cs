using System.Text.Json;

namespace MyCoach.Billing;

/// <summary>An answer of a provider's admin API.</summary>
/// <param name="Organization">The organisation that the answer's headers name; null if they name none.</param>
internal sealed record BillingAnswer(JsonDocument Json, string? Organization) : IDisposable
{
    public JsonElement Root => Json.RootElement;

    public void Dispose() => Json.Dispose();
}
