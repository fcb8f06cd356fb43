package dev.skerry.net.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Queries and responses on the wire (RFC 1035 §4), as far as addresses need them. */
final class DnsMessage {
    static final int A = 1;
    static final int AAAA = 28;
    private static final int CNAME = 5;
    private static final int SOA = 6;
    private static final int IN = 1;

    private static final int RESPONSE = 0x8000;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_DESIRED = 0x0100;

    /** Records looked at, and pointers followed within one name. */
    private static final int MAX_RECORDS = 200;

    private static final int MAX_JUMPS = 40;

    private DnsMessage() {}

    /**
     * What a server said.
     *
     * @param code RFC 1035 §4.1.1: 0 no error, 3 no such name
     * @param ttlSeconds the shortest of the records that led to the addresses, or of the negative
     *     answer (RFC 2308 §5); 0 when nothing says
     */
    record Reply(int code, boolean truncated, List<InetAddress> addresses, long ttlSeconds) {}

    /**
     * A query for one type of address.
     *
     * @throws IOException when the name is none that DNS can hold
     */
    static byte[] query(int id, String name, int type) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(300);
        message.putShort((short) id).putShort((short) RECURSION_DESIRED);
        message.putShort((short) 1).putShort((short) 0).putShort((short) 0).putShort((short) 0);
        String absolute = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (absolute.isEmpty() || absolute.length() > 253) {
            throw new IOException("no host name: its length is " + absolute.length());
        }
        for (String label : absolute.split("\\.", -1)) {
            byte[] bytes = label.getBytes(ISO_8859_1);
            if (bytes.length == 0 || bytes.length > 63) {
                throw new IOException("no host name: a label of " + bytes.length + " bytes");
            }
            message.put((byte) bytes.length).put(bytes);
        }
        message.put((byte) 0).putShort((short) type).putShort((short) IN);
        byte[] query = new byte[message.position()];
        message.flip().get(query);
        return query;
    }

    /**
     * Reads the reply to a query.
     *
     * @throws IOException when it is not a reply to it, or malformed
     */
    static Reply reply(byte[] query, byte[] bytes, int length) throws IOException {
        try {
            return read(ByteBuffer.wrap(query), ByteBuffer.wrap(bytes, 0, length));
        } catch (BufferUnderflowException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            throw new IOException("a malformed DNS message", e);
        }
    }

    private static Reply read(ByteBuffer query, ByteBuffer message) throws IOException {
        int id = message.getShort();
        int flags = message.getShort();
        int questions = message.getShort() & 0xffff;
        int answers = message.getShort() & 0xffff;
        int authorities = message.getShort() & 0xffff;
        message.getShort();
        query.position(12);
        String name = name(query);
        int type = query.getShort();
        boolean ours =
                id == query.getShort(0)
                        && (flags & RESPONSE) != 0
                        && questions == 1
                        && name(message).equals(name)
                        && message.getShort() == type
                        && message.getShort() == IN;
        if (!ours) {
            throw new IOException("a DNS message that answers something else");
        }
        Records records = new Records(name, type);
        int total = Math.min(answers + authorities, MAX_RECORDS);
        for (int i = 0; i < total; i++) {
            records.read(message, i < answers);
        }
        return new Reply(
                flags & 0xf, (flags & TRUNCATED) != 0, records.addresses, records.ttlSeconds());
    }

    /** A name in lower case without its final dot, pointers followed. */
    private static String name(ByteBuffer message) throws IOException {
        StringBuilder name = new StringBuilder();
        int resume = -1;
        for (int jumps = 0; jumps < MAX_JUMPS; ) {
            int length = message.get() & 0xff;
            if (length == 0) {
                if (resume >= 0) {
                    message.position(resume);
                }
                return name.toString().toLowerCase(Locale.ROOT);
            }
            if (length >= 0xc0) {
                int target = ((length & 0x3f) << 8) | (message.get() & 0xff);
                resume = resume >= 0 ? resume : message.position();
                message.position(target);
                jumps++;
            } else {
                byte[] label = new byte[length];
                message.get(label);
                name.append(name.isEmpty() ? "" : ".").append(new String(label, ISO_8859_1));
                if (name.length() > 255) {
                    break;
                }
            }
        }
        throw new IOException("a DNS name without end");
    }

    /** Follows aliases from the name asked for to addresses, in the order of the message. */
    private static final class Records {
        private final int type;
        private final List<InetAddress> addresses = new ArrayList<>();
        private String owner;
        private long positive = Long.MAX_VALUE;
        private long negative;

        Records(String asked, int type) {
            this.owner = asked;
            this.type = type;
        }

        void read(ByteBuffer message, boolean answer) throws IOException {
            String name = name(message);
            int kind = message.getShort();
            int space = message.getShort();
            // A TTL with its highest bit set is zero (RFC 2181 §8).
            long ttl = Math.max(0, message.getInt());
            int length = message.getShort() & 0xffff;
            int end = message.position() + length;
            if (answer && space == IN && name.equals(owner)) {
                if (kind == CNAME) {
                    owner = name(message);
                    positive = Math.min(positive, ttl);
                } else if (kind == type) {
                    byte[] address = new byte[length];
                    message.get(address);
                    addresses.add(InetAddress.getByAddress(address));
                    positive = Math.min(positive, ttl);
                }
            } else if (!answer && kind == SOA && length >= 4) {
                negative = Math.min(ttl, Math.max(0, message.getInt(end - 4)));
            }
            message.position(end);
        }

        long ttlSeconds() {
            return addresses.isEmpty() ? negative : positive;
        }
    }
}
