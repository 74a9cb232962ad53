namespace MyCoach.Http;

/// <summary>
/// The request is malformed; found before its handler runs, or while it reads the body. Becomes 400
/// <c>invalid_request</c>.
/// </summary>
internal sealed class InvalidRequestException(FieldErrors errors) : Exception("The request is not valid.")
{
    public FieldErrors Errors => errors;

    public InvalidRequestException(string field, string message)
        : this(new FieldErrors().Add(field, message)) { }
}
