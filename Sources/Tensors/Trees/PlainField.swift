/// A field without tensors, whose value decides what a program does with the tree: a count, a
/// probability, an option, a function.
struct PlainField: Sendable {
  private enum Kind: Sendable {
    /// A number without padding, whose bytes are equal where the values are.
    case bytes(Int)
    case function
    /// Everything else tells the visitor of itself.
    case value(PlainReader)
  }

  private let offset: Int
  private let kind: Kind

  private static let numbers: [any Any.Type] = [
    Int.self, Int8.self, Int16.self, Int32.self, Int64.self, UInt.self, UInt8.self, UInt16.self,
    UInt32.self, UInt64.self, Bool.self, Double.self, Float.self,
  ]

  /// nil for what has no value, as a struct without fields.
  init?(_ type: any Any.Type, offset: Int) {
    func size<Value>(_ type: Value.Type) -> Int { MemoryLayout<Value>.size }
    func other<Value>(_ type: Value.Type) -> PlainReader { DescribingReader<Value>() }
    func hashing<Value: Hashable>(_ type: Value.Type) -> PlainReader { HashingReader<Value>() }
    let size = _openExistential(type, do: size)
    if size == 0 { return nil }
    self.offset = offset
    if PlainField.numbers.contains(where: { $0 == type }) {
      kind = .bytes(size)
    } else if PlainField.isFunction(type) {
      kind = .function
    } else if let hashable = type as? any Hashable.Type {
      kind = .value(hashing(hashable))
    } else {
      kind = .value(_openExistential(type, do: other))
    }
  }

  /// A function at an offset.
  init(functionAt offset: Int) {
    self.offset = offset
    kind = .function
  }

  static func isFunction(_ type: any Any.Type) -> Bool {
    func isClosure<Value>(_ type: Value.Type) -> Bool {
      MemoryLayout<Value>.size == 16 && !_isPOD(type)
    }
    let name = String(describing: type)
    return name.contains("->") && (name.hasPrefix("(") || name.hasPrefix("@"))
      && _openExistential(type, do: isClosure)
  }

  /// Tells the visitor of the field of the value at `pointer`.
  func note(in pointer: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {
    let field = pointer + offset
    switch kind {
    case .bytes(let size):
      var word: UInt64 = 0
      withUnsafeMutableBytes(of: &word) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: field, count: size))
      }
      visitor.note(word)
    case .function: PlainValue.noteFunction(at: field, visitor)
    case .value(let reader): reader.note(at: field, visitor)
    }
  }
}

/// Tells a visitor of a value of one type.
private class PlainReader: @unchecked Sendable {
  func note(at place: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {}
}

private final class HashingReader<Value: Hashable>: PlainReader, @unchecked Sendable {
  override func note(at place: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {
    let word = place.assumingMemoryBound(to: Value.self).pointee.hashValue
    visitor.note(UInt64(bitPattern: Int64(word)))
  }
}

private final class DescribingReader<Value>: PlainReader, @unchecked Sendable {
  override func note(at place: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {
    PlainValue.note(place.assumingMemoryBound(to: Value.self).pointee, visitor)
  }
}
