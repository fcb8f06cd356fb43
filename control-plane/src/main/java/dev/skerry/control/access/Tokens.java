package dev.skerry.control.access;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.control.http.Access;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.SharedStore;
import dev.skerry.control.store.SharedStore.Followed;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens: recorded as hashes under {@code tokens/NAME}, held in memory, so that a request costs
 * no look into the store. Thread-safe.
 */
public final class Tokens implements Access {
    /** The most tokens. */
    public static final int MOST = 1000;

    /** The file that the first start leaves for the operator, in the data directory. */
    public static final String ADMIN_FILE = "admin.token";

    /** The file that the first start leaves for nodes. */
    public static final String NODE_FILE = "node.token";

    private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
    private static final String PREFIX = "tokens/";

    private final ControlStore store;
    private final AuditTrail audit;
    private final InstantSource wall;
    private final SecureRandom random = new SecureRandom();
    private final JsonMapper json = JsonMapper.builder().build();
    private volatile Map<String, Token> tokens;

    private Tokens(ControlStore store, AuditTrail audit, InstantSource wall) throws IOException {
        this.store = store;
        this.audit = audit;
        this.wall = wall;
        this.tokens = read();
    }

    /**
     * The tokens of a store. A store without any gets one for the operator and one for nodes, whose
     * secrets lie in {@link #ADMIN_FILE} and {@link #NODE_FILE}, for the owner of the process alone
     * to read.
     *
     * @param folder where those files go
     * @throws IOException when the store does not answer, or the files cannot be written; the
     *     message says what would be right
     */
    public static Tokens open(ControlStore store, AuditTrail audit, Path folder, InstantSource wall)
            throws IOException {
        Tokens tokens = new Tokens(store, audit, wall);
        if (store instanceof SharedStore shared) {
            Followed _ = shared.follow(PREFIX, tokens::changed);
        }
        if (tokens.tokens.isEmpty()) {
            tokens.begin(folder);
        }
        return tokens;
    }

    @Override
    public @Nullable Caller identify(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        byte[] given = TokenSecret.hash(authorization.substring(7).strip());
        Caller found = null;
        // All of them, and each to its end: how long it takes says nothing about any.
        for (Token token : tokens.values()) {
            if (MessageDigest.isEqual(token.hash(), given)) {
                found = token.caller();
            }
        }
        return found;
    }

    @Override
    public void refused(
            Caller caller, String what, @Nullable String site, int status, String detail) {
        audit.refused(caller.name(), what, site, status, detail);
    }

    /** All, by name. */
    List<Token> list() {
        return List.copyOf(tokens.values());
    }

    /** A token with its secret, which is nowhere else. */
    record Made(Token token, String secret) {}

    /**
     * Makes a token.
     *
     * @return null when the name is taken, or there are too many
     */
    synchronized @Nullable Made make(Caller scope, String who, AuditEntry entry)
            throws IOException {
        if (tokens.containsKey(scope.name()) || tokens.size() >= MOST) {
            return null;
        }
        String secret = TokenSecret.random(random);
        Token token = token(scope, secret, who);
        store.put(List.of(entry(token), audit.record(entry)));
        remember(token);
        return new Made(token, secret);
    }

    /**
     * Ends a token at once.
     *
     * @return false when there is none, or nobody could make another afterwards
     */
    synchronized boolean delete(String name, AuditEntry entry) throws IOException {
        Token token = tokens.get(name);
        if (token == null || isLastAdmin(token)) {
            return false;
        }
        store.put(List.of(new Entry(PREFIX + name, null), audit.record(entry)));
        Map<String, Token> rest = new TreeMap<>(tokens);
        rest.remove(name);
        tokens = rest;
        return true;
    }

    @Nullable Token find(String name) {
        return tokens.get(name);
    }

    private boolean isLastAdmin(Token token) {
        return token.caller().verbs().contains(Verb.ADMIN)
                && tokens.values().stream()
                                .filter(other -> other.caller().verbs().contains(Verb.ADMIN))
                                .count()
                        == 1;
    }

    private synchronized void begin(Path folder) throws IOException {
        List<Entry> records = new ArrayList<>();
        for (Map.Entry<String, Verb> first :
                Map.of(ADMIN_FILE, Verb.ADMIN, NODE_FILE, Verb.NODE).entrySet()) {
            String name = first.getValue() == Verb.ADMIN ? "admin" : "node";
            String secret =
                    TokenFile.take(
                            folder.resolve(first.getKey()), () -> TokenSecret.random(random));
            Token token =
                    token(new Caller(name, Set.of(first.getValue()), null), secret, "first start");
            records.add(entry(token));
            remember(token);
        }
        if (!(store instanceof SharedStore shared)) {
            store.put(records);
        } else if (!shared.putNew(records)) {
            LOG.warn(
                    "another control plane has made the first tokens: those in {} are worth nothing",
                    folder);
            tokens = read();
        }
    }

    /** Somebody has written or deleted a token. */
    private synchronized void changed(String name, @Nullable String record) {
        Map<String, Token> now = new TreeMap<>(tokens);
        try {
            if (record == null) {
                now.remove(name.substring(PREFIX.length()));
            } else {
                Token token = Token.read(json.readTree(record));
                now.put(token.name(), token);
            }
            tokens = now;
        } catch (IOException e) {
            LOG.error("the record {} is damaged: {}", name, e.getMessage());
        }
    }

    private Token token(Caller scope, String secret, String who) {
        String hash = HexFormat.of().formatHex(TokenSecret.hash(secret));
        return new Token(scope, hash, wall.instant().toString(), who);
    }

    private static Entry entry(Token token) {
        return new Entry(PREFIX + token.name(), token.record());
    }

    private void remember(Token token) {
        Map<String, Token> more = new TreeMap<>(tokens);
        more.put(token.name(), token);
        tokens = more;
    }

    private Map<String, Token> read() throws IOException {
        Map<String, Token> read = new TreeMap<>();
        SortedMap<String, String> records = store.list(PREFIX, null, MOST + 1);
        for (String record : records.values()) {
            Token token = Token.read(json.readTree(record));
            read.put(token.name(), token);
        }
        return read;
    }
}
