import Arrays

extension SafeTensors {
  /// The element types of the format, under its names for them
  /// (<https://github.com/huggingface/safetensors>). `dataType` says which of them tensors have here;
  /// of the others a file may be listed, but not read.
  public enum ElementType: String, Sendable, Hashable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"
    case c64 = "C64"
    case f8E4M3 = "F8_E4M3"
    case f8E5M2 = "F8_E5M2"
    case f8E8M0 = "F8_E8M0"
    case f8E4M3FNUZ = "F8_E4M3FNUZ"
    case f8E5M2FNUZ = "F8_E5M2FNUZ"
    case f6E2M3 = "F6_E2M3"
    case f6E3M2 = "F6_E3M2"
    case f4 = "F4"

    /// The type that stores tensors of `dataType`.
    public init(_ dataType: DataType) {
      self =
        switch dataType {
        case .float32: .f32
        case .float64: .f64
        case .float16: .f16
        case .bfloat16: .bf16
        case .int8: .i8
        case .int16: .i16
        case .int32: .i32
        case .int64: .i64
        case .uint8: .u8
        case .bool: .bool
        }
    }

    /// The type of a tensor of such elements; nil where there is none.
    public var dataType: DataType? {
      switch self {
      case .f64: .float64
      case .f32: .float32
      case .f16: .float16
      case .bf16: .bfloat16
      case .i64: .int64
      case .i32: .int32
      case .i16: .int16
      case .i8: .int8
      case .u8: .uint8
      case .bool: .bool
      default: nil
      }
    }

    /// The size of one element in bits.
    public var bitCount: Int {
      switch self {
      case .f64, .i64, .u64, .c64: 64
      case .f32, .i32, .u32: 32
      case .f16, .bf16, .i16, .u16: 16
      case .i8, .u8, .bool, .f8E4M3, .f8E5M2, .f8E8M0, .f8E4M3FNUZ, .f8E5M2FNUZ: 8
      case .f6E2M3, .f6E3M2: 6
      case .f4: 4
      }
    }
  }
}
