package dev.skerry.proxy.hop;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.purge.HistoryFrame;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies what two nodes of a fleet tell each other, with HMAC-SHA256 under the fleet
 * key. Bodies and other fields are not covered: where the network between nodes is not trusted, it
 * takes TLS as well. Thread-safe.
 *
 * <p>A request's signature covers method, authority, target, the {@code Skerry-*} and forwarding
 * fields, a wall time and a nonce. A response's covers the status, its {@code Skerry-*} fields and
 * the nonce of its request, so that it belongs to that one request.
 *
 * <p>A request that is replayed within the allowed skew is believed again, and that is harmless:
 * whoever can reach the shield could have sent the request itself; the signature adds only that
 * {@code applied} had been applied by then, which stays true (revisions only grow), and a {@code
 * need} that costs at most one fetch. So no nonces are remembered. A response that is replayed
 * carries another request's nonce.
 *
 * <p>Time is the wall's, because two machines share no other. A clock that is off by more than the
 * skew makes the shield see a stranger: the edge then gets unsigned answers, which it does not use,
 * and goes to the next shield or the origin. Nothing wrong is ever believed for it.
 */
public final class HopAuth {
    /** How far the clocks of two nodes may be apart. */
    public static final Duration MAX_SKEW = Duration.ofMinutes(5);

    private static final Pattern REQUEST_AUTH =
            Pattern.compile("t=(\\d{1,18});n=([0-9a-f]{32});m=([0-9a-f]{64})");
    private static final Pattern RESPONSE_AUTH = Pattern.compile("m=([0-9a-f]{64})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /** A counter, and of which history; a node that stands alone has none. */
    private static final Pattern REVISION = Pattern.compile("(?:([0-9a-f]{32})\\.)?(\\d{1,18})");

    /** The same, and milliseconds. */
    private static final Pattern LEASE =
            Pattern.compile("(?:([0-9a-f]{32})\\.)?(\\d{1,18});(\\d{1,15})");

    private static final List<String> FORWARDING =
            List.of(
                    ForwardedFields.FOR,
                    ForwardedFields.PROTO,
                    ForwardedFields.HOST,
                    ForwardedFields.FORWARDED);
    private static final String STALE = "stale";
    private static final String STARTING = "starting";
    private static final Set<List<String>> STATES =
            Set.of(List.of(), List.of(STALE), List.of(STARTING));

    private final FleetKey key;
    private final LongSupplier wallMillis;
    private final SecureRandom random;
    private final Supplier<HistoryFrame> frame;
    private final Vouching vouching;

    /** Of a node that stands alone, with the time and the randomness to use. */
    public HopAuth(FleetKey key, LongSupplier wallMillis, SecureRandom random) {
        this(key, wallMillis, random, () -> HistoryFrame.ALONE, Vouching.NONE);
    }

    private HopAuth(
            FleetKey key,
            LongSupplier wallMillis,
            SecureRandom random,
            Supplier<HistoryFrame> frame,
            Vouching vouching) {
        this.key = key;
        this.wallMillis = wallMillis;
        this.random = random;
        this.frame = frame;
        this.vouching = vouching;
    }

    /** The same for a node that follows a history: both are asked anew for each message. */
    public HopAuth following(Supplier<HistoryFrame> history, Vouching leases) {
        return new HopAuth(key, wallMillis, random, history, leases);
    }

    /** How the node vouches, and is vouched for. */
    public Vouching vouching() {
        return vouching;
    }

    /**
     * With the fleet's key from a file, and the machine's clock and randomness.
     *
     * @throws IOException when the file holds no key that can be used; the message is for the
     *     operator
     */
    public static HopAuth withKeyFrom(Path file) throws IOException {
        try {
            return new HopAuth(
                    FleetKey.read(file), TimeSource.system()::wallMillis, new SecureRandom());
        } catch (IllegalArgumentException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    /**
     * Adds the signed fields to those of a request.
     *
     * @param authority the Host field that goes out
     * @param fields all other fields that go out
     * @param applied in this node's revisions, as all that come in and go out here
     */
    public SignedRequest signRequest(
            String method,
            String authority,
            String target,
            FieldList fields,
            long applied,
            long need) {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String nonce = HexFormat.of().formatHex(bytes);
        long time = wallMillis.getAsLong();
        HistoryFrame now = frame.get();
        FieldList said =
                HopFields.strip(fields).toBuilder()
                        .add(HopFields.APPLIED, revision(now, now.counter(applied)))
                        .add(HopFields.NEED, Long.toString(now.counter(need)))
                        .build();
        String mac = hex(requestMac(method, authority, target, said, time, nonce));
        return new SignedRequest(
                said.toBuilder()
                        .add(HopFields.AUTH, "t=" + time + ";n=" + nonce + ";m=" + mac)
                        .build(),
                nonce);
    }

    /**
     * What another node says with a request; null when nothing of it may be believed: not signed,
     * not by this key, not now, or not this request. The reserved fields are to be stripped
     * afterwards either way.
     */
    public @Nullable HopRequest verifyRequest(RequestHead head) {
        Fields fields = head.fields();
        Matcher auth = only(fields, HopFields.AUTH, REQUEST_AUTH);
        Matcher applied = only(fields, HopFields.APPLIED, REVISION);
        Matcher need = only(fields, HopFields.NEED, NUMBER);
        if (auth == null || applied == null || need == null) {
            return null;
        }
        long time = Long.parseLong(auth.group(1));
        String nonce = auth.group(2);
        byte[] mac =
                requestMac(head.method(), head.authority(), head.target(), fields, time, nonce);
        if (!MessageDigest.isEqual(mac, HexFormat.of().parseHex(auth.group(3)))
                || Math.abs(wallMillis.getAsLong() - time) > MAX_SKEW.toMillis()) {
            return null;
        }
        HistoryFrame own = frame.get();
        String theirs = history(applied);
        boolean foreign = !theirs.equals(own.history());
        HistoryFrame said = foreign ? new HistoryFrame(theirs, 0) : own;
        return new HopRequest(
                said.local(Long.parseLong(applied.group(2))),
                said.local(Long.parseLong(need.group())),
                nonce,
                said,
                foreign);
    }

    /** The fields to add to the response to a verified request. */
    public FieldList signResponse(HopRequest request, int status, HopAnswer answer) {
        FieldList.Builder said =
                FieldList.builder()
                        .add(
                                HopFields.BORN,
                                revision(request.frame(), request.frame().counter(answer.bornAt())))
                        .add(HopFields.AGE, Long.toString(answer.ageMillis()));
        if (answer.starting()) {
            said.add(HopFields.STATE, STARTING);
        } else if (answer.stale()) {
            said.add(HopFields.STATE, STALE);
        }
        if (!answer.tags().isEmpty()) {
            said.add(HopFields.TAGS, encoded(answer.tags()));
        }
        Vouch vouch = request.foreign() ? null : vouching.own();
        if (vouch != null) {
            HistoryFrame now = request.frame();
            said.add(
                    HopFields.LEASE,
                    revision(now, now.counter(vouch.applied())) + ";" + vouch.leftMillis());
        }
        String mac = hex(responseMac(status, said.build(), request.nonce()));
        return said.add(HopFields.AUTH, "m=" + mac).build();
    }

    /**
     * What a node says with its response to the request that was signed with {@code nonce}; null
     * when nothing of it may be believed.
     */
    public @Nullable HopAnswer verifyResponse(String nonce, int status, Fields fields) {
        Matcher auth = only(fields, HopFields.AUTH, RESPONSE_AUTH);
        Matcher born = only(fields, HopFields.BORN, REVISION);
        Matcher age = only(fields, HopFields.AGE, NUMBER);
        List<String> state = fields.all(HopFields.STATE);
        if (auth == null || born == null || age == null || !STATES.contains(state)) {
            return null;
        }
        byte[] mac = responseMac(status, fields, nonce);
        if (!MessageDigest.isEqual(mac, HexFormat.of().parseHex(auth.group(1)))) {
            return null;
        }
        HistoryFrame own = frame.get();
        long bornAt =
                history(born).equals(own.history())
                        ? own.local(Long.parseLong(born.group(2)))
                        // Numbers of two histories are never compared (purge rule 17).
                        : 0;
        return new HopAnswer(
                bornAt,
                state.contains(STALE),
                state.contains(STARTING),
                Long.parseLong(age.group()),
                decoded(fields.combined(HopFields.TAGS)),
                vouch(fields, own));
    }

    /** Null also for one of another history: nothing can be made of its number (rule 17). */
    private static @Nullable Vouch vouch(Fields fields, HistoryFrame own) {
        Matcher said = only(fields, HopFields.LEASE, LEASE);
        return said == null || !history(said).equals(own.history())
                ? null
                : new Vouch(
                        own.local(Long.parseLong(said.group(2))), Long.parseLong(said.group(3)));
    }

    /**
     * A number that all nodes of the fleet share and nobody else knows: with it as the seed of the
     * ring's hash, a stranger cannot make up URLs that all meet one shield.
     */
    public long ringSeed() {
        Mac mac = key.mac();
        add(mac, "skerry ring 1");
        return ByteBuffer.wrap(mac.doFinal()).getLong();
    }

    private static String revision(HistoryFrame frame, long counter) {
        return frame.history().isEmpty() ? Long.toString(counter) : frame.history() + "." + counter;
    }

    private static String history(Matcher revision) {
        String history = revision.group(1);
        return history == null ? "" : history;
    }

    private byte[] requestMac(
            String method,
            String authority,
            String target,
            Fields fields,
            long time,
            String nonce) {
        Mac mac = key.mac();
        add(mac, "skerry hop request 1");
        add(mac, method);
        add(mac, authority);
        add(mac, target);
        add(mac, fields.combined(HopFields.APPLIED));
        add(mac, fields.combined(HopFields.NEED));
        for (String name : FORWARDING) {
            add(mac, fields.combined(name));
        }
        add(mac, Long.toString(time));
        add(mac, nonce);
        return mac.doFinal();
    }

    private byte[] responseMac(int status, Fields fields, String nonce) {
        Mac mac = key.mac();
        add(mac, "skerry hop response 1");
        add(mac, Integer.toString(status));
        add(mac, fields.combined(HopFields.BORN));
        add(mac, fields.combined(HopFields.STATE));
        add(mac, fields.combined(HopFields.AGE));
        add(mac, fields.combined(HopFields.TAGS));
        add(mac, fields.combined(HopFields.LEASE));
        add(mac, nonce);
        return mac.doFinal();
    }

    /** A tag is any text, so what could end it or be lost on the way is escaped. */
    private static String encoded(List<String> tags) {
        return tags.stream()
                .map(tag -> URLEncoder.encode(tag, StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
    }

    /** Only of what the signature covers: nobody else wrote it. */
    private static List<String> decoded(@Nullable String tags) {
        return tags == null
                ? List.of()
                : Stream.of(tags.split(","))
                        .map(tag -> URLDecoder.decode(tag, StandardCharsets.UTF_8))
                        .toList();
    }

    /** Length first, so that no two lists of texts give the same bytes; -1 for what is absent. */
    private static void add(Mac mac, @Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.ISO_8859_1);
        mac.update(ByteBuffer.allocate(4).putInt(text == null ? -1 : bytes.length).flip());
        mac.update(bytes);
    }

    /** The value of a field that must have exactly one line, of this form. */
    private static @Nullable Matcher only(Fields fields, String name, Pattern form) {
        List<String> values = fields.all(name);
        if (values.size() != 1) {
            return null;
        }
        Matcher matcher = form.matcher(values.getFirst());
        return matcher.matches() ? matcher : null;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * A request ready to go.
     *
     * @param fields all of them, but Host
     * @param nonce for {@link #verifyResponse}
     */
    public record SignedRequest(FieldList fields, String nonce) {}
}
