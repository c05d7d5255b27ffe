package dev.firesteel.driver;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of the variables that a lambda captures. They are the first parameters of the method
 * that the compiler made of its body, whose names the class file tells when it was compiled with
 * {@code -g}, as Maven and Gradle do. The layout of class files is chapter 4 of the Java Virtual
 * Machine Specification.
 */
final class LambdaVariables {
  private static final int MAGIC = 0xCAFEBABE;

  private LambdaVariables() {}

  /** Returns the names, in the order of the captured values; empty when they can't be found. */
  static List<String> names(SerializedLambda lambda) {
    boolean member = lambda.getImplMethodKind() != MethodHandleInfo.REF_invokeStatic;
    List<String> names = new ArrayList<>();
    if (member) {
      names.add("this");
    }
    if (!lambda.getImplMethodName().startsWith("lambda$")) {
      return names; // a method reference, whose receiver is no variable's
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    String file = lambda.getImplClass() + ".class";
    try (InputStream in =
        loader == null
            ? ClassLoader.getSystemResourceAsStream(file)
            : loader.getResourceAsStream(file)) {
      if (in == null) {
        return names;
      }
      List<String> slots =
          new Reader(in.readAllBytes())
              .variables(lambda.getImplMethodName(), lambda.getImplMethodSignature());
      addParameters(lambda.getImplMethodSignature(), slots, member ? 1 : 0, names);
      return names;
    } catch (IOException | RuntimeException e) {
      return names; // the error that is being explained is told all the same
    }
  }

  /** Walks over the parameters' types, as long and double take two slots. */
  private static void addParameters(
      String signature, List<String> slots, int firstSlot, List<String> names) {
    int slot = firstSlot;
    int at = 1;
    while (signature.charAt(at) != ')') {
      names.add(slot < slots.size() ? slots.get(slot) : "");
      char type = signature.charAt(at);
      slot += type == 'J' || type == 'D' ? 2 : 1;
      while (signature.charAt(at) == '[') {
        at++;
      }
      at = signature.charAt(at) == 'L' ? signature.indexOf(';', at) + 1 : at + 1;
    }
  }

  /** Reads as much of a class file as is needed. */
  private static final class Reader {
    private final DataInputStream in;
    private @Nullable String[] texts = new String[0];

    Reader(byte[] file) {
      this.in = new DataInputStream(new ByteArrayInputStream(file));
    }

    /** The names of a method's variables that live from its beginning, by slot. */
    List<String> variables(String method, String signature) throws IOException {
      if (in.readInt() != MAGIC) {
        return List.of();
      }
      in.skipNBytes(4);
      readConstants();
      in.skipNBytes(6);
      in.skipNBytes(2L * in.readUnsignedShort());
      skipMembers(in.readUnsignedShort());
      int methods = in.readUnsignedShort();
      for (int i = 0; i < methods; i++) {
        in.skipNBytes(2);
        String name = text();
        String type = text();
        boolean wanted = signature.equals(type) && method.equals(name);
        int attributes = in.readUnsignedShort();
        for (int j = 0; j < attributes; j++) {
          String attribute = text();
          int length = in.readInt();
          if (wanted && "Code".equals(attribute)) {
            return code();
          }
          in.skipNBytes(length);
        }
      }
      return List.of();
    }

    private void readConstants() throws IOException {
      int count = in.readUnsignedShort();
      texts = new String[count];
      for (int i = 1; i < count; i++) {
        int tag = in.readUnsignedByte();
        switch (tag) {
          case 1 -> texts[i] = in.readUTF();
          case 5, 6 -> {
            in.skipNBytes(8);
            i++; // a long or a double takes two places
          }
          case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
          case 15 -> in.skipNBytes(3);
          default -> in.skipNBytes(2);
        }
      }
    }

    private void skipMembers(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        in.skipNBytes(6);
        int attributes = in.readUnsignedShort();
        for (int j = 0; j < attributes; j++) {
          in.skipNBytes(2);
          in.skipNBytes(in.readInt());
        }
      }
    }

    private List<String> code() throws IOException {
      in.skipNBytes(4);
      in.skipNBytes(in.readInt());
      in.skipNBytes(8L * in.readUnsignedShort());
      int attributes = in.readUnsignedShort();
      for (int i = 0; i < attributes; i++) {
        String attribute = text();
        int length = in.readInt();
        if (!"LocalVariableTable".equals(attribute)) {
          in.skipNBytes(length);
          continue;
        }
        List<String> slots = new ArrayList<>();
        int variables = in.readUnsignedShort();
        for (int j = 0; j < variables; j++) {
          int start = in.readUnsignedShort();
          in.skipNBytes(2);
          String name = text();
          in.skipNBytes(2);
          int slot = in.readUnsignedShort();
          if (start == 0) {
            while (slots.size() <= slot) {
              slots.add("");
            }
            slots.set(slot, name);
          }
        }
        return slots;
      }
      return List.of();
    }

    private String text() throws IOException {
      String found = texts[in.readUnsignedShort()];
      return found == null ? "" : found;
    }
  }
}
