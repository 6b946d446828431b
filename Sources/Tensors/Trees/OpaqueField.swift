import Arrays

/// Fields whose static type does not say whether tensors are inside: existentials such as
/// `any Module`, and arrays, optionals and dictionaries of them.
enum OpaqueField {
  /// Whether no value of `type` can hold a tensor that training or saving should reach: plain data,
  /// strings, functions.
  static func cannotHoldTensors(_ type: Any.Type) -> Bool {
    func isPlain<Value>(_ type: Value.Type) -> Bool { _isPOD(type) }
    if _openExistential(type, do: isPlain) || type == String.self || type is any TensorFree.Type {
      return true
    }
    if let container = type as? any OpaqueContainer.Type {
      return cannotHoldTensors(container.elementType)
    }
    return String(describing: type).contains("->")
  }

  /// Visits the tensors in the field; stops where it finds some that it cannot reach.
  static func visit(
    _ type: Any.Type, _ field: UnsafeMutableRawPointer, _ visitor: TensorVisitor, _ name: String,
    _ isConstant: Bool
  ) {
    func open<Value>(_ type: Value.Type) {
      let typed = field.assumingMemoryBound(to: Value.self)
      visitor.with(name) {
        if isConstant && !visitor.reachesEverything {
          var copy = typed.pointee
          visitValue(&copy, visitor, isConstant: true)
        } else {
          visitValue(&typed.pointee, visitor, isConstant: isConstant)
        }
      }
    }
    _openExistential(type, do: open)
  }

  // In place, as every walk: a value is moved out of an existential and back, never copied, so that
  // an optimizer finds the memory of its tensors unshared.
  static func visitValue<Value>(
    _ value: inout Value, _ visitor: TensorVisitor, isConstant: Bool
  ) {
    if let container = Value.self as? any OpaqueContainer.Type {
      visitContainer(container, &value, visitor, isConstant: isConstant)
    } else if value is any TensorTree {
      withUnsafeMutablePointer(to: &value) { place in
        guard var tree = place.move() as? any TensorTree else { stop("a tree that is none") }
        visitor.note(UInt64(UInt(bitPattern: ObjectIdentifier(type(of: tree)))))
        if isConstant {
          visitor.visitConstant(&tree)
        } else {
          tree.visitTensors(visitor)
        }
        guard let changed = tree as? Value else { stop("a tree changed its type") }
        place.initialize(to: changed)
      }
    } else if holdsTensors(value, depth: 0) {
      stop(
        "\(visitor.path("")): \(type(of: value)) holds tensors that cannot be walked; "
          + "make it a struct that conforms to TensorTree")
    } else if visitor.notesValues {
      PlainValue.note(value, visitor)
    }
  }

  /// `Container` is `Value`, seen as what it conforms to.
  private static func visitContainer<Container: OpaqueContainer, Value>(
    _ type: Container.Type, _ value: inout Value, _ visitor: TensorVisitor, isConstant: Bool
  ) {
    withUnsafeMutablePointer(to: &value) { place in
      UnsafeMutableRawPointer(place).assumingMemoryBound(to: Container.self).pointee
        .visitElements(visitor, isConstant: isConstant)
    }
  }

  /// Stops where a case of an enumeration holds tensors: cases are no fields, so that a walk of the
  /// fields would pass over them.
  static func requireNoTensors<Value>(in value: Value, _ visitor: TensorVisitor) {
    if Mirror(reflecting: value).children.contains(where: { holdsTensors($0.value, depth: 0) }) {
      stop(
        "\(visitor.path("")): \(Value.self) is an enumeration whose case holds tensors; give it a "
          + "visitTensors(_:) of its own")
    }
  }

  /// Whether a tensor is somewhere inside a value of a kind that is not walked.
  private static func holdsTensors(_ value: Any, depth: Int) -> Bool {
    if value is any TensorTree { return true }
    if depth == 8 { return false }
    return Mirror(reflecting: value).children.contains {
      holdsTensors($0.value, depth: depth + 1)
    }
  }
}

/// A type that holds no tensor, whatever its value: walks pass it over without a look inside.
package protocol TensorFree {}

/// Containers whose elements' static type is not a tree, though the elements may be.
protocol OpaqueContainer {
  static var elementType: Any.Type { get }
  mutating func visitElements(_ visitor: TensorVisitor, isConstant: Bool)
  /// Tells the visitor of elements that hold no tensors.
  func noteElements(_ visitor: TensorVisitor)
}

extension Array: OpaqueContainer {
  static var elementType: Any.Type { Element.self }

  func noteElements(_ visitor: TensorVisitor) {
    visitor.note(UInt64(count))
    for element in self { PlainValue.note(element, visitor) }
  }

  mutating func visitElements(_ visitor: TensorVisitor, isConstant: Bool) {
    visitor.note(UInt64(count))
    for index in indices {
      visitor.with(String(index)) {
        OpaqueField.visitValue(&self[index], visitor, isConstant: isConstant)
      }
    }
  }
}

extension Optional: OpaqueContainer {
  static var elementType: Any.Type { Wrapped.self }

  func noteElements(_ visitor: TensorVisitor) {
    visitor.note(self == nil ? 0 : 1)
    if let value = self { PlainValue.note(value, visitor) }
  }

  mutating func visitElements(_ visitor: TensorVisitor, isConstant: Bool) {
    visitor.note(self == nil ? 0 : 1)
    guard var value = take() else { return }
    OpaqueField.visitValue(&value, visitor, isConstant: isConstant)
    self = value
  }
}

extension Dictionary: OpaqueContainer {
  static var elementType: Any.Type { Value.self }

  func noteElements(_ visitor: TensorVisitor) {
    visitor.note(UInt64(count))
    for (name, key) in keys.map({ (String(describing: $0), $0) }).sorted(by: { $0.0 < $1.0 }) {
      visitor.note(UInt64(bitPattern: Int64(name.hashValue)))
      if let value = self[key] { PlainValue.note(value, visitor) }
    }
  }

  mutating func visitElements(_ visitor: TensorVisitor, isConstant: Bool) {
    visitor.note(UInt64(count))
    let names = Dictionary<String, Key>(
      keys.map { (String(describing: $0), $0) }, uniquingKeysWith: { first, _ in first })
    for (name, key) in names.sorted(by: { $0.key < $1.key }) {
      visitor.note(UInt64(bitPattern: Int64(name.hashValue)))
      guard let index = index(forKey: key) else { continue }
      visitor.with(name) {
        OpaqueField.visitValue(&values[index], visitor, isConstant: isConstant)
      }
    }
  }
}
