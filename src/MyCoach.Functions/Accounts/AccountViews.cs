namespace MyCoach.Accounts;

/// <summary>
/// Whether the account is being erased. Until that is done, every other request of the user is refused.
/// </summary>
public sealed record AccountView(bool Erasing);

/// <param name="By"><c>user</c>, or <c>service</c> if a trusted service acted for the user.</param>
/// <param name="ClientAddress">Null if the platform does not state it.</param>
public sealed record ActivityView(string Action, string? Subject, DateTimeOffset At, string By, string? ClientAddress);

public sealed record ActivityList(IReadOnlyList<ActivityView> Activity, string? NextCursor);
