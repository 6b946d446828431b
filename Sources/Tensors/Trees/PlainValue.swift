/// What tells values without tensors apart, whatever their type.
enum PlainValue {
  /// Tells the visitor words that are equal for equal values of a type and, as good as certainly,
  /// different for others, in one run of the program.
  static func note<Value>(_ value: Value, _ visitor: TensorVisitor) {
    if PlainField.isFunction(Value.self) {
      withUnsafeBytes(of: value) { bytes in
        if let place = bytes.baseAddress { noteFunction(at: place, visitor) }
      }
    } else if let container = value as? any OpaqueContainer, !(value is any Hashable) {
      container.noteElements(visitor)
    } else {
      var hasher = Hasher()
      combine(value, into: &hasher)
      visitor.note(UInt64(bitPattern: Int64(hasher.finalize())))
    }
  }

  /// Notes the function at a place: two words, its code and what it captures.
  static func noteFunction(at place: UnsafeRawPointer, _ visitor: TensorVisitor) {
    visitor.note(place.load(as: UInt64.self))
    visitor.note(place.load(fromByteOffset: 8, as: UInt64.self))
  }

  private static func combine(_ value: Any, into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(type(of: value)))
    if let value = value as? any Hashable { return value.hash(into: &hasher) }
    // Of an object its identity counts: what is inside may change for all who hold it.
    if type(of: value) is AnyClass { return hasher.combine(ObjectIdentifier(value as AnyObject)) }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty {
      // A case without values is its name.
      if mirror.displayStyle == .enum { hasher.combine(String(describing: value)) }
      return
    }
    hasher.combine(mirror.children.count)
    for child in mirror.children {
      hasher.combine(child.label)
      combine(child.value, into: &hasher)
    }
  }
}
