namespace MyCoach.Ledger;

/// <summary>An ended call: what it used, and the reservation to end.</summary>
/// <param name="Event">Null if the call is known to have cost nothing.</param>
/// <param name="Reservation">Null if there was no budget.</param>
internal sealed record UnsettledCall(UsageEvent? Event, Reservation? Reservation)
{
    public string Id => (Event ?? Reservation!.HeldEvent).Id;
}
