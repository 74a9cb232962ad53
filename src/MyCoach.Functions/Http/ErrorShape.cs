using Microsoft.AspNetCore.Mvc;

namespace MyCoach.Http;

/// <summary>Endpoint metadata: writes errors in another format than problem details.</summary>
internal sealed record ErrorShape(Func<HttpContext, ProblemDetails, Task> WriteAsync);
