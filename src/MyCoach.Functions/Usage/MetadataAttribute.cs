using System.ComponentModel.DataAnnotations;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>The metadata of an event.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MetadataAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) =>
        value is IReadOnlyDictionary<string, string> { Count: <= EventMetadata.MaxPairs } pairs
        && pairs.All(pair => EventMetadata.IsKey(pair.Key) && EventMetadata.IsValue(pair.Value));

    public override string FormatErrorMessage(string name) => EventMetadata.Rule;
}
