@_spi(Reflection) import Swift
import Arrays
import Synchronization

/// How to reach the tensors of one type: found once by the standard library's field reflection, and
/// kept. The only place that depends on it.
///
/// A field is reached through its offset, so that a walk costs a few nanoseconds a tensor and changes
/// it in place.
final class FieldWalk: Sendable {
  private struct Entry: Sendable {
    let name: String
    let offset: Int
    let kind: Kind
  }

  private enum Kind: Sendable {
    case parameter
    /// A `Tensor?`, which has a walk of its own too; layers have so many that this one is shorter.
    case optionalParameter
    case constant
    case buffer
    /// Has a walk of its own: an array, an optional, a type that says how it is walked.
    case tree(any TensorTree.Type, isConstant: Bool)
    /// Found out at each walk: an existential, or a container of them.
    case opaque(Any.Type, isConstant: Bool)
  }

  private let entries: [Entry]
  /// The fields without tensors, for walks that look at everything.
  private let plainFields: [PlainField]
  /// Whether this is an enumeration whose cases may hold something: they are no fields.
  private let hasCases: Bool
  /// The type whose fields these are.
  private let key: ObjectIdentifier
  /// All walks, which stay for as long as the program runs.
  private static let cache = Mutex<[ObjectIdentifier: FieldWalk]>([:])
  /// Walks by some bits of their types, found without a lock.
  private nonisolated(unsafe) static let recent: RecentWalks = {
    let slots = RecentWalks.allocate(capacity: Int(recentCount))
    for slot in 0..<Int(recentCount) { (slots + slot).initialize(to: Atomic(nil)) }
    return slots
  }()
  private typealias RecentWalks = UnsafeMutablePointer<Atomic<UnsafeMutableRawPointer?>>
  private static let recentCount: UInt = 512

  static func of<Tree: TensorTree>(_ type: Tree.Type) -> FieldWalk {
    let key = ObjectIdentifier(type)
    let slot = (UInt(bitPattern: key) >> 4 ^ UInt(bitPattern: key) >> 12) % recentCount
    if let walk = recent[Int(slot)].load(ordering: .acquiring) {
      let walk = Unmanaged<FieldWalk>.fromOpaque(walk)
      if walk._withUnsafeGuaranteedRef({ $0.key == key }) { return walk.takeUnretainedValue() }
    }
    let walk =
      cache.withLock { $0[key] }
      ?? {
        let walk = FieldWalk(type)
        return cache.withLock {
          $0[key] = $0[key] ?? walk
          return $0[key] ?? walk
        }
      }()
    recent[Int(slot)].store(Unmanaged.passUnretained(walk).toOpaque(), ordering: .releasing)
    return walk
  }

  private init<Tree: TensorTree>(_ type: Tree.Type) {
    if type is AnyClass {
      stop("\(type): models are structs; a class cannot be walked for its tensors")
    }
    // Key paths say which fields are constants, but there are none to functions and weak references
    // (bit 1 passes these over); the plain list has all fields.
    var isConstant: [String: Bool] = [:]
    _ = _forEachFieldWithKeyPath(of: type, options: _EachFieldOptions(rawValue: 2)) {
      isConstant[String(cString: $0)] = !($1 is any AnyWritableKeyPath)
      return true
    }
    var entries: [Entry] = []
    var plainFields: [PlainField] = []
    var hasFields = false
    _ = _forEachField(of: type) { field, offset, valueType, kind in
      hasFields = true
      var name = String(cString: field)
      guard let isConstant = isConstant[name] else {
        if kind == .function {
          plainFields.append(PlainField(functionAt: offset))
          return true
        }
        stop("\(type).\(name): a weak or unowned property cannot be walked for its tensors")
      }
      if valueType == Buffer.self, name.hasPrefix("_") { name.removeFirst() }
      FieldWalk.add(valueType, name, offset, isConstant, &entries, &plainFields)
      return true
    }
    key = ObjectIdentifier(type)
    self.entries = entries
    self.plainFields = plainFields
    // A struct without fields is plain data; what has neither fields nor is plain has cases.
    hasCases = !hasFields && !_isPOD(type)
  }

  private static func add(
    _ type: Any.Type, _ name: String, _ offset: Int, _ isConstant: Bool,
    _ entries: inout [Entry], _ plainFields: inout [PlainField]
  ) {
    if type == Tensor.self {
      entries.append(Entry(name: name, offset: offset, kind: isConstant ? .constant : .parameter))
    } else if type == Tensor?.self, !isConstant {
      entries.append(Entry(name: name, offset: offset, kind: .optionalParameter))
    } else if type == Buffer.self {
      entries.append(Entry(name: name, offset: offset, kind: .buffer))
    } else if let tree = type as? any TensorTree.Type {
      entries.append(Entry(name: name, offset: offset, kind: .tree(tree, isConstant: isConstant)))
    } else if !OpaqueField.cannotHoldTensors(type) {
      entries.append(Entry(name: name, offset: offset, kind: .opaque(type, isConstant: isConstant)))
    } else if let field = PlainField(type, offset: offset) {
      plainFields.append(field)
    }
  }

  /// Visits the tensors of `tree`, whose type the walk is of.
  func visit<Tree: TensorTree>(_ tree: inout Tree, _ visitor: TensorVisitor) {
    if hasCases { OpaqueField.requireNoTensors(in: tree, visitor) }
    withUnsafeMutablePointer(to: &tree) { visit(UnsafeMutableRawPointer($0), visitor) }
  }

  private func visit(_ pointer: UnsafeMutableRawPointer, _ visitor: TensorVisitor) {
    if visitor.notesValues {
      for field in plainFields { field.note(in: pointer, visitor) }
    }
    for entry in entries {
      let field = pointer + entry.offset
      switch entry.kind {
      case .parameter:
        visitor.visit(
          &field.assumingMemoryBound(to: Tensor.self).pointee, name: entry.name,
          role: visitor.role)
      case .optionalParameter:
        let place = field.assumingMemoryBound(to: Tensor?.self)
        if place.pointee != nil {
          visitor.note(1)
          visitor.visit(&place.pointee!, name: entry.name, role: visitor.role)
        } else {
          visitor.note(0)
        }
      case .constant:
        let place = field.assumingMemoryBound(to: Tensor.self)
        if visitor.reachesEverything {
          visitor.visit(&place.pointee, name: entry.name, role: .constant)
        } else {
          var copy = place.pointee
          visitor.visit(&copy, name: entry.name, role: .constant)
        }
      case .buffer:
        visitor.visit(&field.assumingMemoryBound(to: Buffer.self).pointee, name: entry.name)
      case .tree(let type, let isConstant):
        FieldWalk.visit(type, field, visitor, entry.name, isConstant)
      case .opaque(let type, let isConstant):
        OpaqueField.visit(type, field, visitor, entry.name, isConstant)
      }
    }
  }

  private static func visit<Tree: TensorTree>(
    _ type: Tree.Type, _ field: UnsafeMutableRawPointer, _ visitor: TensorVisitor,
    _ name: String, _ isConstant: Bool
  ) {
    let typed = field.assumingMemoryBound(to: Tree.self)
    visitor.with(name) {
      if isConstant {
        visitor.visitConstant(&typed.pointee)
      } else {
        typed.pointee.visitTensors(visitor)
      }
    }
  }
}

/// Lets a key path be recognized as writable whatever its types are.
private protocol AnyWritableKeyPath {}
extension WritableKeyPath: AnyWritableKeyPath {}
