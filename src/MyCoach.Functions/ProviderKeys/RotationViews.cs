using System.ComponentModel.DataAnnotations;

namespace MyCoach.ProviderKeys;

/// <summary>
/// The data keys, oldest first, and the state of the last rotation; <c>rotation</c> is null if there was none.
/// </summary>
public sealed record DataKeyList(IReadOnlyList<DataKeyView> DataKeys, RotationView? Rotation);

/// <param name="WrappedBy">The version of the vault's key that wraps it; null for the local data key, which is not
/// wrapped.</param>
public sealed record DataKeyView(string Id, bool IsCurrent, string? WrappedBy, DateTimeOffset? CreatedAt);

/// <summary>
/// The state of a rotation. <c>replaced</c> counts re-encrypted keys, <c>failed</c> keys that do not decrypt.
/// </summary>
public sealed record RotationView(
    string DataKeyId,
    [property: AllowedValues("running", "finished")] string Status,
    long Passes,
    long Replaced,
    long Failed,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt
)
{
    internal static RotationView? Of(RotationState? state) =>
        state is null
            ? null
            : new RotationView(
                state.DataKeyId,
                state.FinishedAt is null ? "running" : "finished",
                state.Passes,
                state.Replaced,
                state.Failed,
                state.StartedAt,
                state.FinishedAt
            );
}
