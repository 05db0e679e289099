package dev.ocean.operator.kube;

import dev.ocean.operator.report.Problem;
import dev.ocean.operator.report.ProblemKind;
import dev.ocean.operator.report.Reason;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** What an answer of the API server means. Texts are ours: the server's own may quote the object that it refused. */
final class KubeErrors {

    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private KubeErrors() {}

    static Problem problem(String verb, ObjectName name, KubernetesClientException failure) {
        var what = "Cannot " + verb + " " + name + ": ";
        return switch (failure.getCode()) {
            case HttpURLConnection.HTTP_CONFLICT ->
                Problem.of(ProblemKind.CONFLICT, Reason.STALE_READ, what + "it exists or changed meanwhile.");
            case HttpURLConnection.HTTP_FORBIDDEN -> forbidden(what, verb, name, failure);
            case HttpURLConnection.HTTP_NOT_FOUND ->
                Problem.of(ProblemKind.CONFLICT, Reason.STALE_READ, what + "it or its namespace is gone.");
            case HttpURLConnection.HTTP_UNAUTHORIZED ->
                Problem.of(
                        ProblemKind.TRANSIENT,
                        Reason.API_UNAVAILABLE,
                        what + "the API server does not accept the operator's token.");
            case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
                Problem.of(
                        ProblemKind.REFUSED,
                        Reason.API_REFUSED,
                        what + "the API server answered " + failure.getCode()
                                + ". The operator's log has the details.");
            case TOO_MANY_REQUESTS ->
                Problem.of(ProblemKind.TRANSIENT, Reason.API_UNAVAILABLE, what + "the API server is overloaded.");
            default -> Problem.of(ProblemKind.TRANSIENT, Reason.API_UNAVAILABLE, what + unavailable(failure.getCode()));
        };
    }

    private static Problem forbidden(String what, String verb, ObjectName name, KubernetesClientException failure) {
        var status = failure.getStatus();
        var details = status == null ? null : status.getDetails();
        var terminating = details != null
                && details.getCauses() != null
                && details.getCauses().stream().anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
        if (terminating) {
            return Problem.of(
                    ProblemKind.WAITING,
                    Reason.NAMESPACE_TERMINATING,
                    what + "namespace '" + name.namespace() + "' is being deleted.");
        }
        return Problem.of(
                ProblemKind.REFUSED,
                Reason.OPERATOR_FORBIDDEN,
                what + "the operator lacks the right to " + verb + " it. Check the roles of the chart.");
    }

    private static String unavailable(int code) {
        return code >= SERVER_ERROR ? "the API server answered " + code + "." : "the API server cannot be reached.";
    }
}
