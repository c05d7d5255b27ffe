package dev.firesteel.records;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.lang.reflect.Proxy;

/** Deserializes objects whose classes are found where the application's are. */
public final class LoadingObjectInputStream extends ObjectInputStream {
  private final ClassLoader loader;

  public LoadingObjectInputStream(InputStream in, ClassLoader loader) throws IOException {
    super(in);
    this.loader = requireNonNull(loader, "loader is null");
  }

  @Override
  protected Class<?> resolveClass(ObjectStreamClass description)
      throws IOException, ClassNotFoundException {
    try {
      return Class.forName(description.getName(), false, loader);
    } catch (ClassNotFoundException e) {
      return super.resolveClass(description); // primitive types too
    }
  }

  @Override
  @SuppressWarnings("deprecation") // the one way to define a proxy class without an instance
  protected Class<?> resolveProxyClass(String[] interfaces)
      throws IOException, ClassNotFoundException {
    Class<?>[] found = new Class<?>[interfaces.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = Class.forName(interfaces[i], false, loader);
    }
    return Proxy.getProxyClass(loader, found);
  }
}
