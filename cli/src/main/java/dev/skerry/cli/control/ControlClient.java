package dev.skerry.cli.control;

import dev.skerry.cli.message.CommandFailed;
import dev.skerry.net.client.TrustedRoots;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Speaks to one control plane, and says in words why it could not. */
public final class ControlClient implements AutoCloseable {
    private static final Duration TO_CONNECT = Duration.ofSeconds(5);
    private static final Duration TO_ANSWER = Duration.ofSeconds(10);
    private static final long MOST_BYTES = 64L << 20;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    private static final Peer CONTROL_PLANE =
            new Peer(
                    "start it with ./skerry up or ./skerry control, or say with --control where it"
                            + " is",
                    "give --token FILE. A control plane writes its first one to admin.token in its"
                            + " --data folder");
    private static final Peer NODE =
            new Peer("is it the admin port of a node that runs?", "give --admin-token-file FILE");

    private final Peer peer;
    private final URI base;
    private final @Nullable BearerToken token;
    private final HttpClient http;

    private ControlClient(Peer peer, URI base, @Nullable BearerToken token, HttpClient http) {
        this.peer = peer;
        this.base = base;
        this.token = token;
        this.http = http;
    }

    /**
     * What to do about two failures.
     *
     * @param absent when nobody answers
     * @param closed when it wants a token and there is none
     */
    private record Peer(String absent, String closed) {}

    /**
     * A client.
     *
     * @param ca a bundle of certificates to believe, null for the JDK's alone
     */
    static ControlClient of(URI base, @Nullable BearerToken token, @Nullable Path ca)
            throws CommandFailed {
        HttpClient.Builder http = http();
        if (ca != null) {
            try {
                http.sslContext(TrustedRoots.context(List.of(ca)));
            } catch (IOException e) {
                throw CommandFailed.usedWrongly(List.of("--ca: " + CommandFailed.reason(e)));
            }
        }
        return new ControlClient(CONTROL_PLANE, base, token, http.build());
    }

    /** A client for the admin port of one node, which speaks the same. */
    public static ControlClient ofNode(URI base, @Nullable BearerToken token) {
        return new ControlClient(NODE, base, token, http().build());
    }

    private static HttpClient.Builder http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TO_CONNECT);
    }

    /** Where it is: scheme, host and port. */
    public URI base() {
        return base;
    }

    /**
     * Asks, and takes nothing but a success for an answer.
     *
     * @throws CommandFailed with what the control plane had against it, or why it did not answer
     */
    public ControlAnswer fetch(ControlRequest request) throws CommandFailed, InterruptedException {
        ControlAnswer answer = ask(request);
        if (!answer.isSuccess()) {
            throw refused(answer);
        }
        return answer;
    }

    /**
     * Asks. An answer about this one thing (404, 409, 412, 422 …) is an answer.
     *
     * @throws CommandFailed when there is no answer, or one that every other request would get too:
     *     the token is unknown
     */
    public ControlAnswer ask(ControlRequest request) throws CommandFailed, InterruptedException {
        HttpRequest.Builder http =
                HttpRequest.newBuilder(URI.create(base + request.path()))
                        .timeout(TO_ANSWER.plus(request.patience()))
                        .method(
                                request.method(),
                                HttpRequest.BodyPublishers.ofString(request.body()));
        if (request.type() != null) {
            http.header("Content-Type", request.type());
        }
        if (request.condition() != null) {
            http.header(request.condition().field(), request.condition().value());
        }
        if (token != null) {
            http.header("Authorization", "Bearer " + token.secret());
        }
        try {
            HttpResponse<String> response =
                    this.http.send(
                            http.build(),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofString(), MOST_BYTES));
            ControlAnswer answer =
                    new ControlAnswer(response.statusCode(), mediaType(response), response.body());
            if (answer.status() == UNAUTHORIZED) {
                throw refused(answer);
            }
            return answer;
        } catch (IOException e) {
            throw CommandFailed.because(base + ": " + why(e, request));
        }
    }

    /** An answer that is none, in words. */
    public CommandFailed refused(ControlAnswer answer) {
        String told = String.join("\n", answer.problems());
        return CommandFailed.because(
                switch (answer.status()) {
                    case UNAUTHORIZED ->
                            token == null
                                    ? base + " wants a token: " + peer.closed()
                                    : base + " does not know the token in " + token.file();
                    case FORBIDDEN ->
                            token == null
                                    ? base + " refuses: " + told
                                    : "the token in " + token.file() + " may not: " + told;
                    case NOT_FOUND ->
                            answer.type().endsWith("json")
                                    ? told
                                    : base + ": there is no such path; is this a control plane?";
                    case PRECONDITION_FAILED -> "somebody was faster: " + told;
                    default ->
                            answer.status() >= 500
                                    ? base + " answered " + answer.status() + ": " + told
                                    : told;
                });
    }

    private String why(IOException e, ControlRequest request) {
        return switch (e) {
            case HttpConnectTimeoutException late ->
                    "no connection within " + TO_CONNECT.toSeconds() + " s";
            case HttpTimeoutException late ->
                    "no answer within " + TO_ANSWER.plus(request.patience()).toSeconds() + " s";
            case ConnectException refused ->
                    refused.getCause() instanceof ConnectException inner
                                    && inner.getCause() instanceof UnresolvedAddressException
                            ? "there is no such host"
                            : "nothing answers there; " + peer.absent();
            case SSLException tls ->
                    "no secure connection ("
                            + CommandFailed.reason(tls)
                            + "); a certificate of your own goes into --ca PEM";
            default -> "no answer that makes sense (" + CommandFailed.reason(e) + ")";
        };
    }

    private static String mediaType(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return (parameters < 0 ? type : type.substring(0, parameters)).strip();
    }

    @Override
    public void close() {
        http.close();
    }
}
