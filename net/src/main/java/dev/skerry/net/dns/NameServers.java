package dev.skerry.net.dns;

import dev.skerry.net.dns.DnsMessage.Reply;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Asks recursive name servers over UDP, over TCP where a reply did not fit (RFC 7766), one after
 * the other until one answers.
 */
final class NameServers implements Lookup {
    private static final int NO_SUCH_NAME = 3;

    private final ResolvConf conf;
    private final boolean alsoIpv6;
    private final IntSupplier ids;
    private final LongSupplier ticker;

    /**
     * Servers as configured.
     *
     * @param ids unpredictable query numbers; 16 bits are used
     */
    NameServers(ResolvConf conf, boolean alsoIpv6, IntSupplier ids, LongSupplier ticker) {
        this.conf = conf;
        this.alsoIpv6 = alsoIpv6;
        this.ids = ids;
        this.ticker = ticker;
    }

    @Override
    public Answer lookup(String name) throws IOException {
        Answer answer = new Answer(List.of(), Duration.ZERO);
        for (String candidate : conf.candidates(name)) {
            answer = addresses(candidate);
            if (!answer.addresses().isEmpty()) {
                return answer;
            }
        }
        return answer;
    }

    private Answer addresses(String name) throws IOException {
        Reply v4 = ask(name, DnsMessage.A);
        if (!alsoIpv6 || v4.code() == NO_SUCH_NAME) {
            return new Answer(v4.addresses(), Duration.ofSeconds(v4.ttlSeconds()));
        }
        Reply v6 = ask(name, DnsMessage.AAAA);
        Set<InetAddress> both = new LinkedHashSet<>(v6.addresses());
        both.addAll(v4.addresses());
        long ttl =
                v4.addresses().isEmpty() == v6.addresses().isEmpty()
                        ? Math.min(v4.ttlSeconds(), v6.ttlSeconds())
                        : v4.addresses().isEmpty() ? v6.ttlSeconds() : v4.ttlSeconds();
        return new Answer(List.copyOf(both), Duration.ofSeconds(ttl));
    }

    private Reply ask(String name, int type) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (int attempt = 0; attempt < conf.attempts(); attempt++) {
            for (InetSocketAddress server : conf.servers()) {
                try {
                    byte[] query = DnsMessage.query(ids.getAsInt() & 0xffff, name, type);
                    Reply reply = overUdp(server, query);
                    if (reply.truncated()) {
                        reply = overTcp(server, query);
                    }
                    if (reply.code() == 0 || reply.code() == NO_SUCH_NAME) {
                        return reply;
                    }
                    failures.add(new IOException(server + " answered code " + reply.code()));
                } catch (IOException failed) {
                    failures.add(failed);
                }
            }
        }
        IOException nobody = new IOException("no name server answered for " + name);
        failures.forEach(nobody::addSuppressed);
        throw nobody;
    }

    private Reply overUdp(InetSocketAddress server, byte[] query) throws IOException {
        long deadline = ticker.getAsLong() + conf.timeout().toNanos();
        try (DatagramSocket socket = new DatagramSocket()) {
            // Connected: the kernel drops what comes from anybody else.
            socket.connect(server);
            socket.send(new DatagramPacket(query, query.length));
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            while (true) {
                socket.setSoTimeout(millisUntil(deadline));
                socket.receive(packet);
                try {
                    return DnsMessage.reply(query, packet.getData(), packet.getLength());
                } catch (IOException notOurs) {
                    // A late or forged packet must not end the wait for the real one.
                    packet.setLength(4096);
                }
            }
        }
    }

    private Reply overTcp(InetSocketAddress server, byte[] query) throws IOException {
        long deadline = ticker.getAsLong() + conf.timeout().toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(server, millisUntil(deadline));
            socket.setSoTimeout(millisUntil(deadline));
            ByteBuffer framed = ByteBuffer.allocate(query.length + 2);
            framed.putShort((short) query.length).put(query);
            socket.getOutputStream().write(framed.array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] reply = new byte[in.readUnsignedShort()];
            in.readFully(reply);
            return DnsMessage.reply(query, reply, reply.length);
        }
    }

    private int millisUntil(long deadline) throws SocketTimeoutException {
        long millis = (deadline - ticker.getAsLong()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }
}
