using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>A model that a user has chosen.</summary>
/// <param name="By">Where: <c>settings</c>, or <c>agent</c> and the agent's id.</param>
internal sealed record ChosenModel(string Model, string By);

/// <summary>Lists the models in a user's settings and agents.</summary>
internal delegate Task<IReadOnlyList<ChosenModel>> ListChosenModels(UserId user, CancellationToken cancellation);
