package dev.skerry.net.geo;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small files in the MaxMind DB format, with records of 24 bits. */
final class MmdbFile {
    private static final byte[] MARKER =
            "\u00ab\u00cd\u00efMaxMind.com".getBytes(StandardCharsets.ISO_8859_1);

    private final int ipVersion;
    private final List<long[]> nodes = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    MmdbFile(int ipVersion) {
        this.ipVersion = ipVersion;
        nodes.add(new long[2]);
    }

    /** Adds a network; it must not overlap with one before. */
    MmdbFile add(String network, Map<String, Object> entry) throws Exception {
        int slash = network.indexOf('/');
        byte[] address = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
        int bits = Integer.parseInt(network.substring(slash + 1));
        if (ipVersion == 6 && address.length == 4) {
            address = ByteBuffer.allocate(16).position(12).put(address).array();
            bits += 96;
        }
        long pointer = -(long) data.size() - 1;
        write(entry, data);
        int node = 0;
        for (int bit = 0; bit < bits - 1; bit++) {
            int side = bit(address, bit);
            if (nodes.get(node)[side] == 0) {
                nodes.get(node)[side] = nodes.size();
                nodes.add(new long[2]);
            }
            node = (int) nodes.get(node)[side];
        }
        nodes.get(node)[bit(address, bits - 1)] = pointer;
        return this;
    }

    private static int bit(byte[] address, int index) {
        return (address[index / 8] >> (7 - index % 8)) & 1;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long[] node : nodes) {
            for (long child : node) {
                long value = child == 0 ? nodes.size() : child;
                value = child < 0 ? nodes.size() + 16 - child - 1 : value;
                out.write((int) (value >> 16));
                out.write((int) (value >> 8));
                out.write((int) value);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(data.toByteArray());
        out.writeBytes(MARKER);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("binary_format_major_version", 2);
        metadata.put("binary_format_minor_version", 0);
        metadata.put("build_epoch", 1_700_000_000L);
        metadata.put("database_type", "Test");
        metadata.put("description", Map.of());
        metadata.put("ip_version", ipVersion);
        metadata.put("languages", List.of());
        metadata.put("node_count", nodes.size());
        metadata.put("record_size", 24);
        write(metadata, out);
        return out.toByteArray();
    }

    private static void write(Object value, ByteArrayOutputStream out) {
        switch (value) {
            case Map<?, ?> map -> {
                out.write(7 << 5 | map.size());
                map.forEach((key, entry) -> {
                    write(key, out);
                    write(entry, out);
                });
            }
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.write(2 << 5 | bytes.length);
                out.writeBytes(bytes);
            }
            case Double number -> {
                out.write(3 << 5 | 8);
                out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
            }
            case Float number -> {
                out.write(4);
                out.write(15 - 7);
                out.writeBytes(ByteBuffer.allocate(4).putFloat(number).array());
            }
            case Integer number -> {
                out.write(6 << 5 | 4);
                out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
            }
            case Long number -> {
                out.write(8);
                out.write(9 - 7);
                out.writeBytes(ByteBuffer.allocate(8).putLong(number).array());
            }
            case List<?> list -> {
                out.write(list.size());
                out.write(11 - 7);
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }
}
