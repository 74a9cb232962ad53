using System.ComponentModel.DataAnnotations;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>The whole id of an event, with its month.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EventIdAttribute() : RegularExpressionAttribute(Ids.PostedEventPattern)
{
    public const string Message = "must be the id of an event: yyyyMM-, then the id it was posted with";

    public override bool IsValid(object? value) => value is string id && UsageEvent.ParseId(id) is not null;

    public override string FormatErrorMessage(string name) => Message;
}
