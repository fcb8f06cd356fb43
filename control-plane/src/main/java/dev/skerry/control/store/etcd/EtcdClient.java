package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.client.HttpClient.Timeouts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks etcd, whichever member answers. Every request may be repeated without harm: it reads, or it
 * writes only if what it compares has not been written since. Thread-safe.
 */
final class EtcdClient {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final Timeouts TIMEOUTS = new Timeouts(CONNECT, ATTEMPT, ATTEMPT, ATTEMPT);
    private static final long PAUSE_NANOS = 50_000_000;
    private static final int MOST_BYTES = 256 << 20;
    private static final int OK = 200;

    private final Members members;
    private final @Nullable Login login;
    private final long patienceNanos;
    private final LongSupplier nanos;

    /**
     * Of an etcd.
     *
     * @param patience how long one request may take in all, repeated or not
     * @param nanos a monotonic clock in nanoseconds
     */
    EtcdClient(
            Members members,
            EtcdOptions.@Nullable Login login,
            Duration patience,
            LongSupplier nanos) {
        this.members = members;
        this.login = login == null ? null : new Login(login);
        this.patienceNanos = patience.toNanos();
        this.nanos = nanos;
    }

    Txn.Outcome txn(Txn txn) throws EtcdFailure {
        try {
            return Txn.Outcome.of(call("/v3/kv/txn", txn.json()));
        } catch (EtcdFailure e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The value of a key, or null. */
    @Nullable KeyValue get(String key) throws EtcdFailure {
        List<KeyValue> found = txn(new Txn().get(key)).found().getFirst();
        return found.isEmpty() ? null : found.getFirst();
    }

    /**
     * The first keys from one to before the other.
     *
     * @param revision as they were then; 0 for now
     */
    List<KeyValue> range(String from, String to, int most, long revision) throws EtcdFailure {
        return range(Txn.range(from, to, most, revision, false));
    }

    /** The same without their values. */
    List<KeyValue> keys(String from, String to, int most, long revision) throws EtcdFailure {
        return range(Txn.range(from, to, most, revision, true));
    }

    /** What was found, and as of which revision. */
    record Since(long revision, List<KeyValue> found) {}

    /** The keys from one to before the other that were written at a revision or later. */
    Since since(String from, String to, long least) throws EtcdFailure {
        ObjectNode request = Txn.range(from, to, 0, 0, false);
        request.put("min_mod_revision", String.valueOf(least));
        JsonNode json = call("/v3/kv/range", request);
        try {
            return new Since(json.path("header").path("revision").asLong(), Txn.keyValues(json));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private List<KeyValue> range(ObjectNode request) throws EtcdFailure {
        try {
            return Txn.keyValues(call("/v3/kv/range", request));
        } catch (EtcdFailure e) {
            throw e;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * Asks one member after the other until one answers.
     *
     * @throws EtcdFailure when none did in time, or one has said no
     */
    JsonNode call(String path, ObjectNode request) throws EtcdFailure {
        byte[] body = body(request);
        long deadline = nanos.getAsLong() + patienceNanos;
        boolean perhapsDone = false;
        List<String> said = new ArrayList<>();
        for (int attempt = 1; ; attempt++) {
            int member = members.current();
            Verdict verdict = attempt(member, path, body);
            if (verdict.answer != null) {
                return verdict.answer;
            }
            perhapsDone |= verdict.perhapsDone;
            if (verdict.kind != null) {
                throw new EtcdFailure(verdict.kind, perhapsDone, verdict.message);
            }
            note(said, members.name(member) + ": " + verdict.message);
            members.failed(member);
            if (nanos.getAsLong() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new EtcdFailure(
                        Kind.SILENT,
                        perhapsDone,
                        "etcd does not answer: " + String.join("; ", said));
            }
            if (attempt % members.count() == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /**
     * Opens a stream of answers to one request, from whichever member.
     *
     * @param between how long it may be silent
     */
    HttpClient.Response open(int member, String path, ObjectNode request, Duration between)
            throws IOException {
        Timeouts timeouts = new Timeouts(CONNECT, ATTEMPT, between, Duration.ZERO);
        try {
            Login its = login;
            return members.post(
                    member,
                    path,
                    body(request),
                    its == null ? null : its.token(this, member),
                    timeouts);
        } catch (ClientFailure e) {
            throw new IOException(members.name(member) + ": " + e.getMessage(), e);
        }
    }

    Members members() {
        return members;
    }

    /** Whoever opened a stream was told that its token is no longer known. */
    void tokenRefused() {
        Login its = login;
        if (its != null) {
            its.forget(null);
        }
    }

    /**
     * What an attempt came to.
     *
     * @param kind null: another member may answer
     */
    private record Verdict(
            @Nullable JsonNode answer, @Nullable Kind kind, boolean perhapsDone, String message) {
        static Verdict retry(boolean perhapsDone, String message) {
            return new Verdict(null, null, perhapsDone, message);
        }
    }

    private Verdict attempt(int member, String path, byte[] body) {
        Login its = login;
        String token = null;
        try {
            token = its == null ? null : its.token(this, member);
            Verdict verdict = exchange(member, path, body, token);
            if (its != null && verdict.kind == Kind.FORBIDDEN) {
                // Tokens end by themselves; what a fresh one does not open stays closed.
                its.forget(token);
                token = its.token(this, member);
                return exchange(member, path, body, token);
            }
            return verdict;
        } catch (EtcdFailure e) {
            return new Verdict(
                    null,
                    e.kind() == Kind.SILENT ? null : e.kind(),
                    false,
                    String.valueOf(e.getMessage()));
        }
    }

    /** Sends to one member, without a login of its own. */
    private Verdict exchange(int member, String path, byte[] body, @Nullable String token) {
        try (HttpClient.Response response = members.post(member, path, body, token, TIMEOUTS)) {
            byte[] text;
            try {
                text = read(response);
            } catch (IOException e) {
                return Verdict.retry(true, String.valueOf(e.getMessage()));
            }
            return judge(response.head().status(), text);
        } catch (ClientFailure e) {
            return Verdict.retry(e.requestSent(), String.valueOf(e.getMessage()));
        } catch (UnknownHostException e) {
            return Verdict.retry(false, "unknown host " + e.getMessage());
        }
    }

    /** Asks one member for a token. */
    String authenticate(int member, ObjectNode request) throws EtcdFailure {
        Verdict verdict = exchange(member, "/v3/auth/authenticate", body(request), null);
        if (verdict.answer != null) {
            return verdict.answer.path("token").asText();
        }
        Kind kind = verdict.kind == null ? Kind.SILENT : Kind.FORBIDDEN;
        throw new EtcdFailure(kind, false, verdict.message);
    }

    private static Verdict judge(int status, byte[] text) {
        JsonNode json;
        try {
            json = Json.read(text);
        } catch (IOException e) {
            return Verdict.retry(true, "status " + status + " with no JSON: is this an etcd?");
        }
        if (status == OK) {
            return new Verdict(json, null, false, "");
        }
        String message = json.path("message").asText(json.path("error").asText());
        Refusal refusal = Refusal.of(json.path("code").asInt(), message);
        return new Verdict(null, refusal.kind(), refusal.perhapsDone(), refusal.message());
    }

    private static byte[] read(HttpClient.Response response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        while (response.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
            if (out.size() > MOST_BYTES) {
                throw new IOException("an answer of more than " + MOST_BYTES + " bytes");
            }
        }
        return out.toByteArray();
    }

    private static void note(List<String> said, String what) {
        if (!said.contains(what) && said.size() < 8) {
            said.add(what);
        }
    }

    private static byte[] body(ObjectNode request) throws EtcdFailure {
        try {
            return Json.bytes(request);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private static EtcdFailure unreadable(IOException e) {
        return new EtcdFailure(Kind.REFUSED, true, "not understood: " + e.getMessage());
    }
}
