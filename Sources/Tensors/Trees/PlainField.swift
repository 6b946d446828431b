/// A field without tensors, whose value decides what a program does with the tree: a count, a
/// probability, an option.
struct PlainField: Sendable {
  private enum Kind: Sendable {
    /// Compared byte by byte.
    case bytes(Int)
    case hashable
  }

  private let type: any Any.Type
  private let offset: Int
  private let kind: Kind

  /// Types without padding, whose bytes are equal where the values are.
  private static let numbers: [any Any.Type] = [
    Int.self, Int8.self, Int16.self, Int32.self, Int64.self, UInt.self, UInt8.self, UInt16.self,
    UInt32.self, UInt64.self, Bool.self, Double.self, Float.self,
  ]

  /// nil for what cannot be compared, such as functions.
  init?(_ type: any Any.Type, offset: Int) {
    func size<Value>(_ type: Value.Type) -> Int? {
      _isPOD(type) ? MemoryLayout<Value>.size : nil
    }
    self.type = type
    self.offset = offset
    if PlainField.numbers.contains(where: { $0 == type }) {
      kind = .bytes(_openExistential(type, do: size) ?? 0)
    } else if type is any Hashable.Type {
      kind = .hashable
    } else if let size = _openExistential(type, do: size), size > 0 {
      kind = .bytes(size)
    } else {
      return nil
    }
  }

  /// Tells the visitor of the field of the value at `pointer`.
  func note(in pointer: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {
    let field = pointer + offset
    switch kind {
    case .bytes(let size):
      var done = 0
      while done < size {
        var word: UInt64 = 0
        let length = min(8, size - done)
        withUnsafeMutableBytes(of: &word) {
          $0.copyMemory(from: UnsafeRawBufferPointer(start: field + done, count: length))
        }
        visitor.note(word)
        done += length
      }
    case .hashable:
      func hash<Value>(_ type: Value.Type) -> Int {
        (field.assumingMemoryBound(to: type).pointee as? any Hashable)?.hashValue ?? 0
      }
      visitor.note(UInt64(bitPattern: Int64(_openExistential(type, do: hash))))
    }
  }
}
