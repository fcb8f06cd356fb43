package dev.skerry.cli.fleet;

import dev.skerry.cli.Ran;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import dev.skerry.testkit.ScriptedOrigin;
import java.util.ArrayList;
import java.util.List;

/** A control plane that answers what it was told to. */
final class ScriptedControl implements AutoCloseable {
    static final String HISTORY = "1f3a9c020123456789abcdef01234567";

    private final ScriptedOrigin server = ScriptedOrigin.start();

    /** Answers a method and target with one document after the other; the last one stays. */
    ScriptedControl on(String method, String target, Reply... replies) {
        List<ReceivedRequest> seen = new ArrayList<>();
        server.on(
                request -> request.method().equals(method) && request.target().equals(target),
                request -> {
                    synchronized (seen) {
                        seen.add(request);
                        return replies[Math.min(seen.size(), replies.length) - 1];
                    }
                });
        return this;
    }

    static Reply json(int status, String document) {
        return Reply.status(status).field("Content-Type", "application/json").body(document);
    }

    static Reply problem(int status, String document) {
        return Reply.status(status)
                .field("Content-Type", "application/problem+json")
                .body(document);
    }

    /** Runs a command against it. */
    Ran run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--control=" + server.url());
        return Ran.skerry(all.toArray(String[]::new));
    }

    ReceivedRequest request(int index) throws InterruptedException {
        return server.awaitRequest(index);
    }

    int requests() {
        return server.requests().size();
    }

    String url() {
        return server.url();
    }

    @Override
    public void close() {
        server.close();
    }
}
