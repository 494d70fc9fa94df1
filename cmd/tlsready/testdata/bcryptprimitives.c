/* The one function that Go programs import from bcryptprimitives.dll, which
   Debian's wine lacks: random bytes, from advapi32's RtlGenRandom (documented
   there as SystemFunction036). */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
	return SystemFunction036(buffer, (ULONG)length);
}
