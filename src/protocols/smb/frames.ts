/** The two questions of SMB (MS-SMB §2.2.4.5.1, MS-SMB2 §2.2.3), each behind the length of direct TCP (MS-SMB2 §2.1). */
import { field, frame, zeros } from '../bytes.ts'

const behindLength = (message: Uint8Array): Uint8Array =>
  frame(0, field(message.length, 3), message)

const le = (value: number, size: 1 | 2 | 3 | 4): Uint8Array => field(value, size, 'le')

/**
 * SMB_COM_NEGOTIATE for SMB1, 2.0.2 and "any SMB2" (MS-SMB2 §3.2.4.2.2.1): servers with SMB1 switched off answer it in
 * SMB2 as well.
 */
export const anyNegotiate: Uint8Array = behindLength(
  frame(
    ...['\xffSMB', 0x72, zeros(4)], // NEGOTIATE, status
    ...[0x18, le(0xc801, 2)], // caseless canonical paths; Unicode, NT status, extended security, long names
    ...[zeros(2), zeros(8), zeros(2)], // process id high, signature, reserved
    ...[le(0xffff, 2), le(1, 2), zeros(2), zeros(2)], // tree, process, user, multiplex ids
    ...[0, le(34, 2), '\x02NT LM 0.12\0', '\x02SMB 2.002\0', '\x02SMB 2.???\0'],
  ),
)

const preauthIntegrity = frame(
  ...[le(1, 2), le(38, 2), zeros(4)],
  ...[le(1, 2), le(32, 2), le(1, 2), 'portreeve asks for dialects only'], // one hash (SHA-512), salt
)
const encryption = frame(le(2, 2), le(6, 2), zeros(4), le(2, 2), le(2, 2), le(1, 2)) // AES-128-GCM, AES-128-CCM

/**
 * SMB2 NEGOTIATE for 2.0.2 to 3.1.1, with message id 1 as the second question on a connection has it (MS-SMB2 §3.2.5.2).
 * The client id is the same for everybody, and so identifies nobody.
 */
export const secondNegotiate: Uint8Array = behindLength(
  frame(
    ...['\xfeSMB', le(64, 2), zeros(2), zeros(4)], // structure size, credit charge, status
    ...[zeros(2), le(1, 2), zeros(4), zeros(4)], // NEGOTIATE, credits, flags, next command
    ...[le(1, 4), zeros(4), zeros(8), zeros(8), zeros(16)], // message id, process and tree, session, signature
    ...[le(36, 2), le(5, 2), le(1, 2), zeros(2), le(0x7f, 4)], // five dialects, signing enabled, capabilities
    ...['portreeve-client', le(112, 4), le(2, 2), zeros(2)], // client id; two contexts at 112 of the message
    ...[le(0x0202, 2), le(0x0210, 2), le(0x0300, 2), le(0x0302, 2), le(0x0311, 2), zeros(2)],
    ...[preauthIntegrity, zeros(2), encryption],
  ),
)
