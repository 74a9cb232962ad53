namespace MyCoach.Users;

/// <summary>Endpoint metadata: the endpoint also answers while the user's account is being erased.</summary>
internal sealed class AllowedDuringErasure;
