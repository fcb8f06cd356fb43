package dev.skerry.net.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A name server on loopback that answers what a test says, and remembers the questions. */
final class FakeNameServer implements AutoCloseable {
    private final ServerSocket tcp;
    private final DatagramSocket udp;
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<Reply> script = reply -> reply;

    FakeNameServer() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        tcp = new ServerSocket(0, 5, loopback);
        udp = new DatagramSocket(tcp.getLocalPort(), loopback);
        Thread.startVirtualThread(this::serveUdp);
        Thread.startVirtualThread(this::serveTcp);
    }

    /** What happens with each question from now on. */
    void answer(UnaryOperator<Reply> how) {
        script = how;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    List<String> questions() {
        return questions;
    }

    private void serveUdp() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[600], 600);
                udp.receive(packet);
                Reply reply = new Reply(Arrays.copyOf(packet.getData(), packet.getLength()), false);
                questions.add(reply.question());
                Reply scripted = script.apply(reply);
                if (!scripted.silent) {
                    byte[] bytes = scripted.bytes();
                    udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (Socket socket = tcp.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    byte[] query = new byte[in.readUnsignedShort()];
                    in.readFully(query);
                    byte[] bytes = script.apply(new Reply(query, true)).bytes();
                    ByteBuffer framed = ByteBuffer.allocate(bytes.length + 2);
                    framed.putShort((short) bytes.length).put(bytes);
                    socket.getOutputStream().write(framed.array());
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }

    /** A reply in the making. */
    static final class Reply {
        private final byte[] query;
        private final boolean overTcp;
        private final ByteBuffer records = ByteBuffer.allocate(4000);
        private int flags = 0x8180;
        private int answers;
        private int authorities;
        private int idOffset;
        private boolean silent;

        private Reply(byte[] query, boolean overTcp) {
            this.query = query;
            this.overTcp = overTcp;
        }

        boolean overTcp() {
            return overTcp;
        }

        /** The name with final dot, and the number of the type. */
        String question() {
            StringBuilder name = new StringBuilder();
            int i = 12;
            for (; query[i] != 0; i += query[i] + 1) {
                for (int c = 1; c <= query[i]; c++) {
                    name.append((char) query[i + c]);
                }
                name.append('.');
            }
            return name + " " + query[i + 2];
        }

        Reply address(int ttl, String literal) {
            byte[] address = InetAddress.ofLiteral(literal).getAddress();
            return record(0xc00c, address.length == 4 ? 1 : 28, ttl, address);
        }

        /** An alias of the name asked for, and the address of that. */
        Reply alias(int ttl, int addressTtl, String literal) {
            int target = query.length + 12 + records.position();
            record(0xc00c, 5, ttl, new byte[] {1, 'z', 0});
            return record(
                    0xc000 | target, 1, addressTtl, InetAddress.ofLiteral(literal).getAddress());
        }

        Reply record(int owner, int type, int ttl, byte[] data) {
            records.putShort((short) owner).putShort((short) type).putShort((short) 1);
            records.putInt(ttl).putShort((short) data.length).put(data);
            answers++;
            return this;
        }

        Reply noSuchName(int minimum) {
            flags |= 3;
            record(0xc00c, 6, 900, ByteBuffer.allocate(22).putInt(18, minimum).array());
            answers--;
            authorities++;
            return this;
        }

        Reply fails() {
            flags |= 2;
            return this;
        }

        Reply truncated() {
            flags |= 0x0200;
            return this;
        }

        Reply silent() {
            silent = true;
            return this;
        }

        Reply withOtherId() {
            idOffset = 1;
            return this;
        }

        private byte[] bytes() {
            ByteBuffer message = ByteBuffer.allocate(query.length + records.position());
            message.put(query).put(records.array(), 0, records.position());
            message.putShort(0, (short) (message.getShort(0) + idOffset));
            message.putShort(2, (short) flags).putShort(6, (short) answers);
            message.putShort(8, (short) authorities);
            return message.array();
        }
    }
}
